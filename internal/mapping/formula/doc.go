// Package formula is the accountants' formula language: what stands in the Value column of a mapping workbook, and in
// the conditions of routes and records.
//
// # What may stand in a Value cell
//
//   - the name of a field: entryDescription, line.account, 'Profit center' (names with blanks in single quotes, as Excel writes
//     sheets); case, blanks, "_" and "-" do not matter as long as only one name fits;
//   - a setting of the company: settings.company;
//   - a constant: "4711" (text, a quote inside is doubled), 4711 or 12.50 (a number, exact), TRUE, FALSE, "" (blank);
//   - a formula as in Excel, with or without an equals sign in front: IF(paymentTypeCode = "CASH"; "K"; LEFT(reportName; 20)).
//
// A bare word that is no field is a mistake, never a text, for else a field name with a typing mistake would go into
// the file. A number that begins with a zero, 1E5, and 2024-01 without an equals sign are mistakes too: codes go in
// quotes.
//
// # Operators
//
// As in Excel, from the one that binds most: the sign -, then % (hundredths), ^ (powers), * and /, + and -, & (texts one
// after the other), and = <> < <= > >=; so -2^2 is 4. Values of a function are separated by ; or by , (not both in one
// function); the decimal mark is a point.
//
// # Types
//
// Text, numbers, dates and yes or no are never turned into each other by themselves, except that & and CONCAT write a
// number as Excel does; VALUE, TEXT, DATEVALUE and IF do it. What is known of types when the workbook is loaded is checked then, the rest (custom fields, say) when a document
// is there. = and <> on texts do not mind case, as in Excel; EXACT does, and so do the keys of LOOKUP.
//
// Numbers are exact decimals. Only a division can have more decimals than can be kept: it gives 16, half away from
// zero, and so does a power with a negative exponent; one with a broken exponent gives 15 digits. A date and a number may be added (days), two dates subtracted.
//
// # Blanks
//
// A missing field is blank, and a blank counts as it does in Excel (testdata/blanks.tsv is LibreOffice's own word for
// it):
//
//   - as 0 in + - * / and in a comparison with a number, in ROUND, ABS, INT, SIGN, MOD and as a number of characters; SUM, MIN and MAX pass it over;
//   - as the empty text in &, CONCAT, LEN, CONTAINS… and in a comparison with a text; "" itself is a text: blank = "" is true, 0 = "" is not;
//   - as no in a condition.
//
// It differs on purpose where Excel would make a code or a day of nothing: TEXT and VALUE of blank are blank, YEAR and
// the other functions of dates hand a blank on, a calculation with a blank date is an error. A Value that is a field's
// name alone stays blank.
//
// # What it cannot do
//
// A formula has no variables, no loops, no file, network, clock or chance, and its length, depth, number of nodes and
// the size of each text and number in it are bounded: the same row gives the same value each time, and soon.
//
// # How it works
//
// The source is cut into words (scan.go). One pass over them checks that they take turns and builds the tree by
// precedence (syntax.go, tree.go): all mistakes are told at once, with their place in what was typed and in words for
// accountants. The tree is compiled into closures over layout.Value: no reflection, no float, no allocation for a field
// or a lookup.
package formula
