      * Journal from fisbridge: one H, any number of D, one T. 120 bytes.
      * S9(11)V99 carries its sign in the last byte, EBCDIC style:
      * { A-I positive, } J-R negative (GnuCOBOL: cobc -fsign=EBCDIC).
       01  GL-RECORD.
           05  GL-TYPE                 PIC X.
           05  GL-HEADER.
               10  GLH-BATCH           PIC X(10).
               10  GLH-RUN-DATE        PIC 9(8).
               10  GLH-SYSTEM          PIC X(10).
               10  GLH-CURRENCY        PIC X(3).
               10  FILLER              PIC X(88).
           05  GL-DETAIL REDEFINES GL-HEADER.
               10  GLD-SEQUENCE        PIC 9(6).
               10  GLD-COMPANY         PIC 9(4).
               10  GLD-ACCOUNT         PIC X(16).
               10  GLD-DEPARTMENT      PIC X(10).
               10  GLD-AMOUNT          PIC S9(11)V99.
               10  GLD-CURRENCY        PIC X(3).
               10  GLD-POSTING-DATE    PIC 9(8).
               10  GLD-DOCUMENT        PIC X(12).
               10  GLD-DESCRIPTION     PIC X(30).
               10  GLD-REFERENCE       PIC X(8).
               10  FILLER              PIC X(9).
           05  GL-TRAILER REDEFINES GL-HEADER.
               10  GLT-BATCH           PIC X(10).
               10  GLT-COUNT           PIC 9(7).
               10  GLT-DEBITS          PIC S9(11)V99.
               10  GLT-CREDITS         PIC S9(11)V99.
               10  GLT-HASH            PIC 9(15).
               10  FILLER              PIC X(61).
