       IDENTIFICATION DIVISION.
       PROGRAM-ID. LEDGER.
      * A ledger that takes a journal whole or not at all.
      * ledger JOURNAL CLOSED-ACCOUNTS ACK REJ PAY
      * First pass: structure and every control total. Second pass, when
      * an account is closed: the records in question to REJ. ACK always;
      * PAY, what each document owes its employee, when all is booked.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT JOURNAL ASSIGN TO WS-JOURNAL-PATH
               ORGANIZATION LINE SEQUENTIAL FILE STATUS WS-STATUS.
           SELECT CLOSED ASSIGN TO WS-CLOSED-PATH
               ORGANIZATION LINE SEQUENTIAL FILE STATUS WS-STATUS.
           SELECT ACK ASSIGN TO WS-ACK-PATH
               ORGANIZATION LINE SEQUENTIAL.
           SELECT REJ ASSIGN TO WS-REJ-PATH
               ORGANIZATION LINE SEQUENTIAL.
           SELECT PAY ASSIGN TO WS-PAY-PATH
               ORGANIZATION LINE SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD  JOURNAL.
           COPY "journal.cpy".
       FD  CLOSED.
       01  CLOSED-ACCOUNT              PIC X(16).
       FD  ACK.
       01  ACK-RECORD.
           05  ACK-TYPE                PIC X.
           05  ACK-BATCH               PIC X(10).
           05  ACK-ACCEPTED            PIC 9(7).
           05  ACK-REJECTED            PIC 9(7).
           05  ACK-JOURNAL             PIC X(10).
       FD  REJ.
       01  REJ-RECORD.
           05  REJ-NUMBER              PIC 9(7).
           05  REJ-ORIGINAL            PIC X(120).
           05  REJ-CODE                PIC 9(3).
           05  REJ-TEXT                PIC X(40).
       FD  PAY.
       01  PAY-RECORD.
           05  PAY-TYPE                PIC X.
           05  PAY-DOCUMENT            PIC X(12).
           05  PAY-PAYMENT             PIC X(10).
           05  PAY-AMOUNT              PIC S9(11)V99.
           05  PAY-CURRENCY            PIC X(3).
           05  PAY-DATE                PIC 9(8).
       01  PAY-TRAILER.
           05  PAYT-TYPE               PIC X.
           05  PAYT-COUNT              PIC 9(7).
       WORKING-STORAGE SECTION.
       01  WS-JOURNAL-PATH             PIC X(250).
       01  WS-CLOSED-PATH              PIC X(250).
       01  WS-ACK-PATH                 PIC X(250).
       01  WS-REJ-PATH                 PIC X(250).
       01  WS-PAY-PATH                 PIC X(250).
       01  WS-STATUS                   PIC XX.
       01  WS-END                      PIC X VALUE "N".
       01  WS-PLACE                    PIC X VALUE "0".
       01  WS-FAULT                    PIC X(40) VALUE SPACES.
       01  WS-NEW-FAULT                PIC X(40).
       01  WS-BATCH                    PIC X(10) VALUE SPACES.
       01  WS-RUN-DATE                 PIC 9(8) VALUE 0.
       01  WS-CURRENCY                 PIC X(3).
       01  WS-RECORDS                  PIC 9(7) VALUE 0.
       01  WS-DETAILS                  PIC 9(7) VALUE 0.
       01  WS-REFUSED                  PIC 9(7) VALUE 0.
       01  WS-PAYMENTS                 PIC 9(7) VALUE 0.
       01  WS-DEBITS                   PIC S9(13)V99 VALUE 0.
       01  WS-CREDITS                  PIC S9(13)V99 VALUE 0.
       01  WS-HASH                     PIC 9(18) VALUE 0.
       01  WS-ACCOUNT                  PIC 9(18).
       01  WS-DIGIT                    PIC 9.
       01  WS-I                        PIC 9(4).
       01  WS-IS-CLOSED                PIC X.
       01  WS-CLOSED-COUNT             PIC 9(4) VALUE 0.
       01  WS-CLOSED-TABLE.
           05  WS-CLOSED-ACCOUNT       PIC X(16) OCCURS 50 TIMES.
       01  WS-DOCUMENTS                PIC 9(7) VALUE 0.
       01  WS-DOCUMENT-TABLE.
           05  WS-DOCUMENT OCCURS 5000 TIMES.
               10  WS-KEY              PIC X(12).
               10  WS-NET              PIC S9(13)V99.
               10  WS-OWED             PIC S9(13)V99.
       PROCEDURE DIVISION.
       MAIN-LINE.
           ACCEPT WS-JOURNAL-PATH FROM ARGUMENT-VALUE
           ACCEPT WS-CLOSED-PATH FROM ARGUMENT-VALUE
           ACCEPT WS-ACK-PATH FROM ARGUMENT-VALUE
           ACCEPT WS-REJ-PATH FROM ARGUMENT-VALUE
           ACCEPT WS-PAY-PATH FROM ARGUMENT-VALUE
           PERFORM READ-CLOSED
           PERFORM CHECK-JOURNAL
           IF WS-FAULT = SPACES AND WS-REFUSED > 0
               PERFORM WRITE-REJECTS
           END-IF
           PERFORM WRITE-ACK
           IF WS-FAULT = SPACES AND WS-REFUSED = 0
               PERFORM WRITE-PAYMENTS
           END-IF
           DISPLAY "documents " WS-DOCUMENTS " records " WS-DETAILS
               " debits " WS-DEBITS " credits " WS-CREDITS
               " hash " WS-HASH " refused " WS-REFUSED
           IF WS-FAULT NOT = SPACES
               DISPLAY "fault: " WS-FAULT
               MOVE 8 TO RETURN-CODE
           END-IF
           STOP RUN.
       READ-CLOSED.
           OPEN INPUT CLOSED
           PERFORM UNTIL WS-END = "Y"
               READ CLOSED
                   AT END MOVE "Y" TO WS-END
                   NOT AT END
                       ADD 1 TO WS-CLOSED-COUNT
                       MOVE CLOSED-ACCOUNT
                           TO WS-CLOSED-ACCOUNT (WS-CLOSED-COUNT)
               END-READ
           END-PERFORM
           CLOSE CLOSED.
       CHECK-JOURNAL.
           OPEN INPUT JOURNAL
           MOVE "N" TO WS-END
           PERFORM UNTIL WS-END = "Y"
               READ JOURNAL
                   AT END MOVE "Y" TO WS-END
                   NOT AT END PERFORM CHECK-RECORD
               END-READ
           END-PERFORM
           CLOSE JOURNAL
           IF WS-PLACE NOT = "T"
               MOVE "no trailer" TO WS-NEW-FAULT
               PERFORM KEEP-FAULT
           END-IF.
      * The first fault is the one that is told.
       KEEP-FAULT.
           IF WS-FAULT = SPACES
               MOVE WS-NEW-FAULT TO WS-FAULT
           END-IF.
       CHECK-RECORD.
           ADD 1 TO WS-RECORDS
           EVALUATE GL-TYPE ALSO WS-PLACE
               WHEN "H" ALSO "0" PERFORM CHECK-HEADER
               WHEN "D" ALSO "H" PERFORM CHECK-DETAIL
               WHEN "T" ALSO "H" PERFORM CHECK-TRAILER
               WHEN OTHER
                   MOVE "record out of place" TO WS-NEW-FAULT
                   PERFORM KEEP-FAULT
           END-EVALUATE.
       CHECK-HEADER.
           MOVE "H" TO WS-PLACE
           MOVE GLH-BATCH TO WS-BATCH
           MOVE GLH-CURRENCY TO WS-CURRENCY
           IF GLH-RUN-DATE NOT NUMERIC OR GLH-SYSTEM = SPACES
               MOVE "header not filled" TO WS-NEW-FAULT
               PERFORM KEEP-FAULT
           ELSE
               MOVE GLH-RUN-DATE TO WS-RUN-DATE
           END-IF.
       CHECK-DETAIL.
           ADD 1 TO WS-DETAILS
           IF GLD-SEQUENCE NOT = WS-DETAILS
               MOVE "gap in the sequence" TO WS-NEW-FAULT
               PERFORM KEEP-FAULT
           END-IF
           IF GLD-AMOUNT NOT NUMERIC OR GLD-COMPANY NOT NUMERIC
                   OR GLD-POSTING-DATE NOT NUMERIC
               MOVE "not a number" TO WS-NEW-FAULT
               PERFORM KEEP-FAULT
           ELSE
               PERFORM ADD-AMOUNT
           END-IF
           IF GLD-CURRENCY NOT = WS-CURRENCY
               MOVE "another currency" TO WS-NEW-FAULT
               PERFORM KEEP-FAULT
           END-IF
           PERFORM ADD-HASH
           PERFORM LOOK-UP-CLOSED
           IF WS-IS-CLOSED = "Y"
               ADD 1 TO WS-REFUSED
           END-IF.
       ADD-AMOUNT.
           IF WS-DOCUMENTS = 0 OR GLD-DOCUMENT NOT = WS-KEY
                   (WS-DOCUMENTS)
               PERFORM CHECK-NET
               ADD 1 TO WS-DOCUMENTS
               MOVE GLD-DOCUMENT TO WS-KEY (WS-DOCUMENTS)
               MOVE 0 TO WS-NET (WS-DOCUMENTS) WS-OWED (WS-DOCUMENTS)
           END-IF
           ADD GLD-AMOUNT TO WS-NET (WS-DOCUMENTS)
           IF GLD-AMOUNT < 0
               ADD GLD-AMOUNT TO WS-CREDITS
           ELSE
               ADD GLD-AMOUNT TO WS-DEBITS
           END-IF
           IF GLD-ACCOUNT = "240100"
               SUBTRACT GLD-AMOUNT FROM WS-OWED (WS-DOCUMENTS)
           END-IF.
       CHECK-NET.
           IF WS-DOCUMENTS > 0
               IF WS-NET (WS-DOCUMENTS) NOT = 0
                   MOVE "document not balanced" TO WS-NEW-FAULT
                   PERFORM KEEP-FAULT
               END-IF
           END-IF.
       ADD-HASH.
           MOVE 0 TO WS-ACCOUNT
           PERFORM VARYING WS-I FROM 1 BY 1 UNTIL WS-I > 16
               IF GLD-ACCOUNT (WS-I:1) IS NUMERIC
                   MOVE GLD-ACCOUNT (WS-I:1) TO WS-DIGIT
                   COMPUTE WS-ACCOUNT = WS-ACCOUNT * 10 + WS-DIGIT
               END-IF
           END-PERFORM
           COMPUTE WS-HASH =
               FUNCTION MOD (WS-HASH + WS-ACCOUNT, 1000000000000000).
       LOOK-UP-CLOSED.
           MOVE "N" TO WS-IS-CLOSED
           PERFORM VARYING WS-I FROM 1 BY 1
                   UNTIL WS-I > WS-CLOSED-COUNT
               IF GLD-ACCOUNT = WS-CLOSED-ACCOUNT (WS-I)
                   MOVE "Y" TO WS-IS-CLOSED
               END-IF
           END-PERFORM.
       CHECK-TRAILER.
           MOVE "T" TO WS-PLACE
           PERFORM CHECK-NET
           EVALUATE TRUE
               WHEN GLT-BATCH NOT = WS-BATCH
                   MOVE "another batch in the trailer" TO WS-NEW-FAULT
               WHEN GLT-COUNT NOT = WS-DETAILS
                   MOVE "count differs" TO WS-NEW-FAULT
               WHEN GLT-DEBITS NOT = WS-DEBITS
                   MOVE "debits differ" TO WS-NEW-FAULT
               WHEN GLT-CREDITS NOT = WS-CREDITS
                   MOVE "credits differ" TO WS-NEW-FAULT
               WHEN GLT-DEBITS + GLT-CREDITS NOT = 0
                   MOVE "file not balanced" TO WS-NEW-FAULT
               WHEN GLT-HASH NOT = WS-HASH
                   MOVE "hash total differs" TO WS-NEW-FAULT
               WHEN OTHER
                   MOVE SPACES TO WS-NEW-FAULT
           END-EVALUATE
           PERFORM KEEP-FAULT.
       WRITE-REJECTS.
           OPEN INPUT JOURNAL
           OPEN OUTPUT REJ
           MOVE "N" TO WS-END
           MOVE 0 TO WS-RECORDS
           PERFORM UNTIL WS-END = "Y"
               READ JOURNAL
                   AT END MOVE "Y" TO WS-END
                   NOT AT END PERFORM WRITE-REJECT
               END-READ
           END-PERFORM
           CLOSE JOURNAL REJ.
       WRITE-REJECT.
           ADD 1 TO WS-RECORDS
           IF GL-TYPE = "D"
               PERFORM LOOK-UP-CLOSED
               IF WS-IS-CLOSED = "Y"
                   MOVE SPACES TO REJ-RECORD
                   MOVE WS-RECORDS TO REJ-NUMBER
                   MOVE GL-RECORD TO REJ-ORIGINAL
                   MOVE 263 TO REJ-CODE
                   STRING "ACCOUNT " DELIMITED BY SIZE
                       GLD-ACCOUNT DELIMITED BY SPACE
                       " IS CLOSED" DELIMITED BY SIZE
                       INTO REJ-TEXT
                   WRITE REJ-RECORD
               END-IF
           END-IF.
       WRITE-ACK.
           OPEN OUTPUT ACK
           MOVE SPACES TO ACK-RECORD
           MOVE "A" TO ACK-TYPE
           MOVE WS-BATCH TO ACK-BATCH
           IF WS-FAULT = SPACES AND WS-REFUSED = 0
               MOVE WS-DOCUMENTS TO ACK-ACCEPTED
               MOVE 0 TO ACK-REJECTED
               STRING "J" WS-BATCH (5:6) DELIMITED BY SIZE
                   INTO ACK-JOURNAL
           ELSE
               MOVE 0 TO ACK-ACCEPTED
               MOVE WS-DOCUMENTS TO ACK-REJECTED
           END-IF
           WRITE ACK-RECORD
           CLOSE ACK.
       WRITE-PAYMENTS.
           OPEN OUTPUT PAY
           PERFORM VARYING WS-I FROM 1 BY 1 UNTIL WS-I > WS-DOCUMENTS
               IF WS-OWED (WS-I) > 0
                   MOVE SPACES TO PAY-RECORD
                   MOVE "P" TO PAY-TYPE
                   MOVE WS-KEY (WS-I) TO PAY-DOCUMENT
                   STRING "PR" WS-BATCH (5:6) DELIMITED BY SIZE
                       INTO PAY-PAYMENT
                   MOVE WS-OWED (WS-I) TO PAY-AMOUNT
                   MOVE WS-CURRENCY TO PAY-CURRENCY
                   MOVE WS-RUN-DATE TO PAY-DATE
                   WRITE PAY-RECORD
                   ADD 1 TO WS-PAYMENTS
               END-IF
           END-PERFORM
           MOVE "T" TO PAYT-TYPE
           MOVE WS-PAYMENTS TO PAYT-COUNT
           WRITE PAY-TRAILER
           CLOSE PAY.
