       IDENTIFICATION DIVISION.
       PROGRAM-ID. LEDGER.
      * The ledger of the tests: reads a journal with its own copybook,
      * checks every control total, takes all of it or nothing, and
      * answers with an .ack and, for rejected records, a .rej.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT JOURNAL ASSIGN TO WS-JOURNAL
               ORGANIZATION LINE SEQUENTIAL.
           SELECT ACK ASSIGN TO WS-ACK ORGANIZATION LINE SEQUENTIAL.
           SELECT REJ ASSIGN TO WS-REJ ORGANIZATION LINE SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD  JOURNAL.
           COPY "journal.cpy".
       FD  ACK.
       01  ACK-RECORD              PIC X(35).
       FD  REJ.
       01  REJ-RECORD.
           05  REJ-NUMBER          PIC 9(7).
           05  REJ-ORIGINAL        PIC X(120).
           05  REJ-CODE            PIC 9(3).
           05  REJ-TEXT            PIC X(40).
       WORKING-STORAGE SECTION.
       01  WS-JOURNAL              PIC X(200).
       01  WS-ACK                  PIC X(200).
       01  WS-REJ                  PIC X(200).
       01  WS-LOCKED               PIC X(16).
       01  WS-END                  PIC X VALUE "N".
       01  WS-STATE                PIC X VALUE " ".
       01  WS-BATCH                PIC X(10).
       01  WS-RECORDS              PIC 9(7) VALUE 0.
       01  WS-DETAILS              PIC 9(7) VALUE 0.
       01  WS-DOCUMENTS            PIC 9(7) VALUE 0.
       01  WS-REJECTS              PIC 9(7) VALUE 0.
       01  WS-LAST-DOCUMENT        PIC X(12) VALUE SPACES.
       01  WS-DEBITS               PIC S9(11)V99 VALUE 0.
       01  WS-CREDITS              PIC S9(11)V99 VALUE 0.
       01  WS-HASH                 PIC 9(18) VALUE 0.
       01  WS-ACCOUNT              PIC 9(18).
       01  WS-I                    PIC 99.
       01  WS-DIGIT                PIC 9.
       01  WS-MESSAGE              PIC X(40) VALUE SPACES.
       PROCEDURE DIVISION.
       MAIN.
           ACCEPT WS-JOURNAL FROM ENVIRONMENT "GL_JOURNAL"
           ACCEPT WS-ACK FROM ENVIRONMENT "GL_ACK"
           ACCEPT WS-REJ FROM ENVIRONMENT "GL_REJ"
           ACCEPT WS-LOCKED FROM ENVIRONMENT "GL_LOCKED"
           OPEN INPUT JOURNAL OUTPUT ACK OUTPUT REJ
           PERFORM UNTIL WS-END = "Y"
               READ JOURNAL
                   AT END MOVE "Y" TO WS-END
                   NOT AT END PERFORM ONE-RECORD
               END-READ
           END-PERFORM
           IF WS-STATE NOT = "T" AND WS-MESSAGE = SPACES
               MOVE "NO TRAILER" TO WS-MESSAGE
           END-IF
           PERFORM ANSWER
           CLOSE JOURNAL ACK REJ
           DISPLAY "DETAILS " WS-DETAILS " DEBITS " WS-DEBITS
               " HASH " WS-HASH " " WS-MESSAGE
           STOP RUN.
       ONE-RECORD.
           ADD 1 TO WS-RECORDS
           EVALUATE GL-TYPE
               WHEN "H" PERFORM HEADER
               WHEN "D" PERFORM DETAIL-LINE
               WHEN "T" PERFORM TRAILER
               WHEN OTHER MOVE "UNKNOWN RECORD" TO WS-MESSAGE
           END-EVALUATE.
       HEADER.
           IF WS-RECORDS NOT = 1 MOVE "HEADER TWICE" TO WS-MESSAGE
           END-IF
           MOVE GLH-BATCH TO WS-BATCH
           MOVE "H" TO WS-STATE.
       DETAIL-LINE.
           ADD 1 TO WS-DETAILS
           IF WS-STATE NOT = "H" MOVE "NO HEADER" TO WS-MESSAGE END-IF
           IF GLD-SEQUENCE NOT = WS-DETAILS
               MOVE "GAP IN THE SEQUENCE" TO WS-MESSAGE
           END-IF
           IF GLD-AMOUNT NOT NUMERIC OR GLD-POSTING-DATE NOT NUMERIC
                   OR GLD-COMPANY NOT NUMERIC
               MOVE "NOT NUMERIC" TO WS-MESSAGE
           END-IF
           IF GLD-AMOUNT < 0
               ADD GLD-AMOUNT TO WS-CREDITS
           ELSE
               ADD GLD-AMOUNT TO WS-DEBITS
           END-IF
           IF GLD-DOCUMENT NOT = WS-LAST-DOCUMENT
               ADD 1 TO WS-DOCUMENTS
               MOVE GLD-DOCUMENT TO WS-LAST-DOCUMENT
           END-IF
           PERFORM HASH-ACCOUNT
           IF GLD-ACCOUNT = WS-LOCKED
               ADD 1 TO WS-REJECTS
               MOVE WS-RECORDS TO REJ-NUMBER
               MOVE GL-RECORD TO REJ-ORIGINAL
               MOVE 263 TO REJ-CODE
               MOVE "ACCOUNT IS LOCKED" TO REJ-TEXT
               WRITE REJ-RECORD
           END-IF.
       HASH-ACCOUNT.
           MOVE 0 TO WS-ACCOUNT
           PERFORM VARYING WS-I FROM 1 BY 1 UNTIL WS-I > 16
               IF GLD-ACCOUNT (WS-I:1) IS NUMERIC
                   MOVE GLD-ACCOUNT (WS-I:1) TO WS-DIGIT
                   COMPUTE WS-ACCOUNT = WS-ACCOUNT * 10 + WS-DIGIT
               END-IF
           END-PERFORM
           COMPUTE WS-HASH =
               FUNCTION MOD (WS-HASH + WS-ACCOUNT, 1000000000000000).
       TRAILER.
           MOVE "T" TO WS-STATE
           IF GLT-BATCH NOT = WS-BATCH
               MOVE "OTHER BATCH" TO WS-MESSAGE
           END-IF
           IF GLT-COUNT NOT = WS-DETAILS
               MOVE "COUNT DIFFERS" TO WS-MESSAGE
           END-IF
           IF GLT-DEBITS NOT = WS-DEBITS
               MOVE "DEBITS DIFFER" TO WS-MESSAGE
           END-IF
           IF GLT-CREDITS NOT = WS-CREDITS
               MOVE "CREDITS DIFFER" TO WS-MESSAGE
           END-IF
           IF GLT-DEBITS + GLT-CREDITS NOT = 0
               MOVE "NOT BALANCED" TO WS-MESSAGE
           END-IF
           IF GLT-HASH NOT = WS-HASH
               MOVE "HASH DIFFERS" TO WS-MESSAGE
           END-IF.
       ANSWER.
           MOVE SPACES TO ACK-RECORD
           IF WS-MESSAGE NOT = SPACES OR WS-REJECTS > 0
               STRING "A" WS-BATCH "0000000" WS-DOCUMENTS
                   DELIMITED BY SIZE INTO ACK-RECORD
               IF WS-MESSAGE NOT = SPACES
                   MOVE 1 TO RETURN-CODE
               END-IF
           ELSE
               STRING "A" WS-BATCH WS-DOCUMENTS "0000000" "J004711"
                   DELIMITED BY SIZE INTO ACK-RECORD
           END-IF
           WRITE ACK-RECORD.
