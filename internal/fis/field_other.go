package fis

const invoiceFields = `
requestId              code    9F30A1C8E5B24D76A0F1 | number of the invoice in Concur
reqKey                 code    5127                 | Concur's running number of the invoice
requestTitle           text    Paper_and_toner      | title of the invoice
requestDescription     text    Office_supplies      | description of the invoice
vendorInvoiceNumber    code    INV-88213            | number the supplier gave the invoice
invoiceDate            date    2026-03-02           | date of the invoice
invoiceReceivedDate    date    2026-03-04           | day the invoice came in
postingDate            date    2026-03-05           | day it is to be posted in the ERP
paymentDueDate         date    2026-04-01           | day it is to be paid
requestCreationDate    date    2026-03-04           | day it was entered
submitDate             date    2026-03-05           | day it was submitted
processCompleteDate    date    2026-03-06           | day all approvals were there
currencyAlphaCode      code    EUR                  | posting currency
requestTotal           amount  119.00               | total with tax and shipping
amountNetInvoice       amount  100.00               | total without tax and shipping
amountShippingTotal    amount  0                    | shipping
amountTax              amount  19.00                | tax
amountVAT1             amount  19.00                | first tax
amountVAT2             amount  -                    | second tax
amountVAT3             amount  -                    | third tax
amountVAT4             amount  -                    | fourth tax
poNumber               code    PO-4411              | purchase order
multiplePurchaseOrder  flag    N                    | whether there are several purchase orders
deliverySlipNumber     code    DS-902               | delivery slip
discountPercentage     number  2                    | discount for early payment, in percent
discountTermsDays      integer 10                   | days in which the discount holds
netPaymentTermDays     integer 30                   | days until the invoice is due
payMethodType          code    CLIENT               | who or what pays: ACH, CHECK, WIRE, CLIENT...
invoicePayIndicator    flag    N                    | whether Concur's own service pays the supplier
ledgerCode             code    MAIN                 | ledger the invoice belongs to
ledgerName             text    Main_ledger          | name of the ledger
clearingAccountCode    code    160000               | clearing account
isTest                 flag    N                    | whether the invoice belongs to a test user
revisionNumber         integer 1                    | number of the invoice's revision
versionId              integer 4                    | version of the document's form
`

const vendorFields = `
vendorCode                code 700215       | number of the supplier in the ERP
vendorName                text Papier_AB    | name of the supplier
vendorRemitToAddressCode  code MAIN         | address to be paid
vendorShipFromAddressCode code DEPOT        | address goods come from
vendorContactFirstName    text Nils         | given name of the contact
vendorContactLastName     text Aker         | family name of the contact
`

const lineItemFields = `
lineItemSequenceOrder       integer 1             | number of the line in the invoice
lineItemDescription         text    Printer_paper | what was bought
expenseTypeCode             code    2000          | expense type; may be sent with trailing blanks
expenseTypeName             text    Material      | name of the expense type
lineItemCode                code    2000          | key of the expense type
lineItemQuantity            number  10            | quantity
lineItemUnitPrice           amount  10.00         | price of one
lineItemPurchaseOrderNumber code    PO-4411       | purchase order of the line
poLineNumber                code    3             | line of the purchase order
externalLineItemId          code    4411-3        | the purchase order line's id elsewhere
lineItemDeliverySlipNumber  code    DS-902        | delivery slip of the line
`

const receiptFields = `
receiptNumber   code   GR-551 | goods receipt
receiptQuantity number 10     | quantity received
receiptItemID   code   551-1  | line of the goods receipt
`

const invoiceAllocationFields = `
allocationKey         code 1043   | number of the allocation
allocationAccountCode code 648000 | ledger account where the journal row names none
`

const invoiceJournalFields = `
accountCode    code   648000 | ledger account
amountNet      amount 100.00 | cost without tax and shipping
amountShipping amount 0      | share of the shipping
amountGross    amount 119.00 | net and tax, with or without the shipping
`

const invoiceTaxFields = `
taxCode   code   V19   | tax code
amountTax amount 19.00 | tax
taxField  code   VAT1  | field of the invoice the tax is kept in
`

const cashAdvanceFields = `
cashAdvanceId                 code    C0A81F5E2B9D4763 | id of the advance
name                          text    Fair_in_Ghent    | title of the advance
purpose                       text    Taxi_and_meals   | what it is for
requestDate                   date    2026-03-02       | day it was asked for
issuedDate                    date    2026-03-04       | day it was handed out
requestedDisbursementDate     date    2026-03-04       | day the money was wanted
travelStartDate               date    2026-03-10       | first day of the trip
travelEndDate                 date    2026-03-12       | last day of the trip
requestAmount                 amount  300.00           | amount in the currency of the request
currencyAlphaCode             code    USD              | currency of the request
currencyNumCode               code    840              | the same by its number
employeeCurrencyAlphaCode     code    EUR              | posting currency
exchangeRate                  number  0.92             | rate between the two; for information
transactionType               integer 1                | 1: handed out or given back, 2: used in a report, 3: carried forward
paymentMethod                 integer 0                | 1: paid by Concur's own service, 0: not
expensePayIndicator           flag    N                | whether Concur's own service pays the employee
clearingAccountCode           code    129000           | clearing account where the journal row names none
countryCode                   code    BE               | country
countrySubCode                code    BE-VOV           | region
locationName                  text    Ghent            | place
isTest                        flag    N                | whether the advance belongs to a test user
cardAccountID                 code    71B2C5           | card the cash was drawn with
cardTransactionID             code    2603031188       | reference of the card issuer
cardTransactionAmount         amount  300.00           | charge in the currency it was drawn in
cardTransactionCurrency       code    USD              | that currency
cardTransactionPostedAmount   amount  276.00           | charge in the currency of the card
cardTransactionPostedCurrency code    EUR              | that currency
`

const journalDataFields = `
amount        amount 276.00 | amount in the posting currency; negative when the advance is given back
accountCode   code   129000 | clearing account
payer         code   COMP   | who pays: COMP company, EMPL employee or a card vendor
payee         code   EMPL   | who is paid
debitOrCredit code   DR     | DR for a positive amount, CR for a negative one
paymentCode   code   Cash   | way of payment
`

const payrollFields = `
wageTypeCode      code   M410             | wage type; the fields of this list are not documented and differ by site
wageTypeName      text   Per_diem         | name of the wage type
amount            amount 28.00            | amount of the wage type
currencyAlphaCode code   EUR              | its currency
quantity          number 1                | days or units
date              date   2026-03-03       | day it is for
`

const travelFields = `
itineraryName text Graz       | trip the allowances are for; the fields of this list are not documented and differ by site
startDate     date 2026-03-03 | first day
endDate       date 2026-03-05 | last day
`

const instructionFields = `
instruction code obligate | what is to be done with the funds: obligate, fundsCheck, release...
`

const obligationFields = `
requestId                 code    R-2031               | number of the travel request
requestKey                code    412                  | Concur's running number of the request
requestName               text    Fair_in_Ghent        | title of the request
requestTitle              text    Fair_in_Ghent        | title of the request
requestDescription        text    Stand_and_travel     | description
requestStartDate          date    2026-03-10           | first day of the trip
requestEndDate            date    2026-03-12           | last day of the trip
requestCreationDate       date    2026-03-01           | day it was begun
submitDate                date    2026-03-02           | day it was submitted
requestTotal              amount  900.00               | amount to be reserved
currencyAlphaCode         code    EUR                  | currency of the request
employeeCurrencyAlphaCode code    EUR                  | currency of the employee
ledgerCode                code    MAIN                 | ledger the request belongs to
isTest                    flag    N                    | whether the request belongs to a test user
revisionNumber            integer 1                    | number of the request's revision
versionId                 integer 4                    | version of the document's form
`

const requestEntryFields = `
entryId            code   A41C0D6E9B274F35 | id of the entry
expenseTypeCode    code   AIRFR            | expense type
expenseTypeName    text   Airfare          | name of the expense type
entryDescription   text   Flight_to_Ghent  | what the employee wrote
entryDate          date   2026-03-10       | day it is for
entryAmount        amount 400.00           | amount to be reserved
entryCurrAlphaCode code   EUR              | its currency
`

const obligationAllocationFields = `
allocationAmount      amount 400.00 | share of the amount
allocationAccountCode code   640200 | ledger account or fund
`
