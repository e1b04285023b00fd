package fis

const employeeFields = `
employeeId        code E10482                 | number of the employee, often also the vendor number in the ERP
employeeFirstName text Zoe                    | given name
employeeLastName  text Lindqvist              | family name
employeeMI        text M                      | initial of the middle name
emailAddress      text zoe@lantern.example    | mail address, sent by some sites only
loginId           text zoe@lantern.example    | login name, sent by some sites only
`

const reportFields = `
reportId                          code   7C1B9F04D2E84A5F90B3 | number of the report; it stays the same when the report is sent again
reportKey                         code   40127                | Concur's running number of the report in the company
reportName                        text   Visit_to_Malmo       | title the employee gave the report
reportCreationDate                date   2026-03-02           | day the report was begun
reportSubmitDate                  date   2026-03-09           | day the report was submitted for approval
reportUserDefinedDate             date   2026-03-08           | day the employee put on the report
reportPaymentProcessingDate       date   2026-03-11           | day all approvals were there
reportStartDate                   date   2026-03-03           | first day of the trip or period
reportEndDate                     date   2026-03-06           | last day of the trip or period
totalApprovedAmount               amount 412.50               | approved total in the posting currency
employeeCurrencyAlphaCode         code   EUR                  | posting currency: what the employee is reimbursed in
homeCountryCode                   code   SE                   | country of the report
ledgerCode                        code   MAIN                 | ledger the report belongs to
cashAdvanceReturnsAmount          amount 0                    | advance given back in the report; repeats what the applications say
payrollPayIndicator               flag   N                    | whether payroll pays the employee
payrollPaymentClearingAccountCode code   176000               | account of what payroll owes the employee
requestId                         code   R-2031               | travel requests the report belongs to; may be several
isTest                            flag   N                    | whether the report belongs to a test user
revisionNumber                    integer 1                   | number of the report's revision
versionId                         integer 4                   | version of the document's form
`

const entryFields = `
entryId                       code   A41C0D6E9B274F35A1D8C7E2F0B96345 | id of the entry
legacyEntryId                 code   90341            | Concur's older number of the entry
entryUuid                     code   0f6a6d0e-51c7-4b3e-9f5c-3f1d2a7b8c90 | id of the electronic receipt's data
expenseTypeCode               code   TAXIX            | expense type
expenseTypeName               text   Taxi             | name of the expense type
entryDescription              text   Station_to_hotel | what the employee wrote
entryDate                     date   2026-03-03       | day the money was spent
entryApprovedAmount           amount 48.00            | approved amount in the posting currency
entryIsPersonal               flag   N                | whether the charge is private
entryIsBillable               flag   N                | whether a customer is charged
reportEntryPatKey             code   CASH             | way of payment; does not decide the posting
reportEntryTransactionAmount  amount 520.00           | amount in the currency it was spent in
entryCurrAlphaCode            code   SEK              | currency it was spent in
entryExchangeRate             number 0.0923077        | rate between the two currencies; for information, nothing is converted
entryExchangeRateDirection    code   M                | M: the rate multiplies, D: it divides
offsetPayType                 flag   N                | whether the company splits payments between cash and card
expensePayIndicator           flag   N                | whether Concur's own service pays the employee
clearingAccountCode           code   199000           | account of private card charges whose rows name none
liabilityAccountCode          code   210500           | account of what is owed for the entry, where the funding account names one
entryCountryCode              code   SE               | country of the expense
entryCountrySubCode           code   SE-M             | region of the expense
entryLocationName             text   Malmo            | place of the expense
entryLocationCityName         text   Malmo            | city of the expense
entryVendorCode               code   V-CAB            | supplier from the company's list
entryVendorDescription        text   City_Cab         | supplier by name
entrySupplierTaxID            code   SE556000000001   | tax number of the supplier on the electronic receipt
entryReceiptType              code   T                | T: tax receipt, R: receipt, N: none
entryReceiptId                code   5D0C7B41E2A94F6D | receipt image
entryElectronicReceiptId      code   9E21A7           | electronic receipt
cardAccountID                 code   71B2C5           | company card account
cardProgramTypeCode           code   IBCP             | kind of card programme
cardTransactionID             code   2603031188       | reference of the card issuer
cardTransactionAmount         amount 520.00           | charge in the currency it was spent in
cardTransactionCurrency       code   SEK              | that currency
cardTransactionPostedAmount   amount 48.00            | charge in the currency of the card
cardTransactionPostedCurrency code   EUR              | that currency
cardStatementPeriodStartDate  date   2026-03-01       | first day of the card statement
cardStatementPeriodEndDate    date   2026-03-31       | last day of the card statement
`

const allocationFields = `
allocationId         code   3FE8A0B2D61C4E97 | id of the allocation; private charges have none
allocationPercentage number 100              | share of the entry; for information, amounts are shared out already
`

const journalFields = `
journalAccountCode             code   640100     | ledger account of the row
journalPayer                   code   COMP       | who pays: COMP company, EMPL employee, CBCP, IBCP, COPD card vendors
journalPayee                   code   EMPL       | who is paid: the same codes
amountGross                    amount 48.00      | amount of the row with tax, in the posting currency
amountNetOfTax                 amount 40.00      | amount without any tax
amountNetOfReclaim             amount 44.00      | amount without the tax that is reclaimed
amountTax                      amount 8.00       | tax of the row; the tax list counts
amountGrossCard                amount -          | part of the amount on a company card; for information
cardTransactionReferenceNumber code   2603031188 | reference of the card issuer
accountingTransactionType      code   GJ         | kind of transaction for one accounting product
taxGuid                        code   77D0       | taxes the row belongs to; may be several
`

const taxFields = `
taxAuthorityLabel      code   SEVAT | tax authority
taxCode                code   S25   | tax code
taxReclaimCode         code   R50   | code of the reclaimable part
amountTax              amount 8.00  | whole tax of the allocation under this code
amountReclaim          amount 4.00  | part of it that is reclaimed
taxSource              code   SYST  | who set the tax: the system or a person
taxGuid                code   77D0  | id of the tax
nonDomesticCode        code   VA    | reclaim code for use abroad
locationCountryCode    code   SE    | country of the tax
locationCountrySubCode code   SE-M  | region of the tax
`

const applicationFields = `
cashAdvanceId                  code    C0A81F5E2B9D4763 | advance that is used up or given back
cashAdvanceApplicationAmount   amount  -150.00          | amount in the posting currency; negative when the advance is used up
cashAdvanceClearingAccountCode code    129000           | clearing account of advances
cashAdvanceTransactionType     integer 2                | 2: used in a report, 3: carried forward by the system
`
