// Package proof holds no code, only tests: other people's programs and plain arithmetic judge what the templates make
// of documents. A COBOL ledger reads the fixed-width journal with its own copybook and answers; hledger books every
// document, and what the other templates say is compared with its books account by account; the accounting extract is
// taken apart column by column against a table of facts; bank files of public test suites
// are read by their own parsers and by ours; the worked cases in samples/ go from document to confirmation.
// Where a program is not installed its tests are skipped, unless FISBRIDGE_REQUIRE_EXTERNAL is 1.
package proof
