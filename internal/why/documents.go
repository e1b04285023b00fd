package why

const (
	asIs      = "`fisbridge release {doc} --as add --reason …` posts this document as it is"
	orAsIs    = "`--as add` posts this document as it is"
	what      = "`fisbridge release {doc} --as replace --reason …`"
	lookFirst = "look in the ERP whether it has this document before you release it"
	before    = "report {report} was posted before: {before}; this document⟦ (revision {revision})⟧ says {amount} {currency}"
	waits     = "waits for document {other} of the same report"
)

// documents are the reasons of documents: why they stay in Concur, are held, wait, or ended. What can be done about
// them hangs on where they are.
var documents = map[string]text{
	Told:   {is: "{text}", out: "{way}"},
	Person: {is: "{text}"},

	"no-route":  {is: "no route takes it"},
	"test-user": {is: "test user"},
	"route-undecided": {
		is: "it is not known whether route {route} takes it: its condition (when) cannot be worked out",
	},
	"instruction-left": {is: "it asks for {instruction}, which route {route} leaves in Concur"},
	"instruction-undecided": {
		is: "the rule of route {route} cannot answer what it asks for ({instruction}): {problem}",
	},
	"route-broken":         {is: "route {route} takes it, but cannot be used"},
	"recalled-before-lock": {is: "recalled in Concur before it was acknowledged; it returns under a new id"},
	"not-ready":            {is: "not ready in Concur; the next run tries again"},
	"lock-failed":          {is: "the service answered {code} {result}; the next run tries again"},
	"lock-without-effect": {
		is: "Concur accepted the acknowledgement, but lists the document as ready all the same; the " +
			"next run tries again",
	},
	"unknown-in-concur": {is: "Concur does not know it (any more)"},
	"not-of-type":       {is: "Concur says that it is not of type {type}"},
	"locked-by-system":  {is: "acknowledged by system {system}"},

	"locked-unasked": {
		is: "Concur had it locked for {system}, which is us, before this journal asked: " + lookFirst,
	},
	"restored": {
		is: "the journal was restored from a backup: " + lookFirst + "⟦; before the backup: {held}⟧",
	},
	"fetched-again": {is: "fetched again: " + lookFirst + " ({reason})"},
	"withdrawn-since-restore": {is: "import file {file} was withdrawn, but the journal was restored since: " +
		"look in the ERP whether it has this document from a later file before you release it"},
	"numbered-but-refused": {is: "the ERP gave a document number, but rejected import file {file} as a whole"},
	"taken-from-withdrawn": {is: "the ERP has taken it from import file {file}, which was withdrawn"},
	"held-until-over":      {is: "the day has come until which it was held"},
	"held-file-refused":    {is: "the ERP refused import file {file}⟦: {said}⟧"},
	"erp-said":             {is: "{said}"},

	"mapping": {is: "{text}"},
	"amounts": {is: "{text}"},
	"no-line": {
		is: "the mapping makes no line for this document; check the conditions of its records, or " +
			"reject the document",
	},
	"nothing-to-post": {
		is: "the document has nothing to post: it has no rows, or each of them is 0.00 or private, and there is no line for the ERP; " +
			"`fisbridge mark document {doc} posted --no-number --reason …` (without a number) tells Concur that it is done",
	},
	"file-unfinished": {is: "its import file could not be finished: {problem}"},
	"damaged":         {is: "{problem}"},

	"receipt-missing":   {is: "Concur does not have the image"},
	"receipt-too-large": {is: "{problem}"},
	"receipt-no-image":  {is: "what came is neither PDF nor JPEG nor PNG"},
	"receipt-failed":    {is: "{problem}"},
	"receipts-wait":     {is: "waits for receipts that its route requires; each run asks for them again"},
	"receipts-required": {is: "{receipts} of its receipts cannot be had, and its route requires them: {problem}; " +
		"`fisbridge release {doc} --reason …` lets it go without, `fisbridge retry document {doc} --reason …` asks for them again"},

	"extract-had": {is: "the extract had report {report} already ({had}), so the ERP may have it from there; this document says {amount} {currency}; " +
		"`fisbridge mark document {doc} posted --number N --reason …` tells Concur what the ERP did with it, `fisbridge release {doc} --reason …` posts this document as well"},
	"revision-unclean": {is: "document {other} of the same report is {state}, but an open alarm says that the ERP may have it, or a part of it; " +
		"when the ERP is clean, resolve the alarm, and this document goes out (or " + asIs + ")"},
	"revision-foreign": {
		is: "document {other} of the same report was taken by another system, which may have posted it; " +
			asIs,
	},
	"revision-gap": {is: "it is revision {revision} of report {report}, and this journal does not know revision {gap}, which may have been posted " +
		"(before a restore, by the extract or another system); " + asIs},
	"revision-alone": {is: "it is revision {revision} of report {report}, and this journal knows no earlier document of it: " +
		"that was posted elsewhere (the extract, another system, a lost journal); " + asIs},
	"revision-incomparable": {is: before + "; what it changes cannot be posted: {problem}; " + asIs},
	"revision-unchanged": {
		is: before + " and changes nothing; " + what +
			" tells Concur success with the number of the posting there is, " + orAsIs,
	},
	"revision-changes": {is: before + " and changes {changes}; " + what + " posts what changed, " + orAsIs},

	"waits-for-answer":  {is: waits + ": the ERP's answer to import file {file} decides"},
	"waits-for-reissue": {is: waits + ": the ERP refused its import file {file}, which is to be reissued"},
	"waits-for-held":    {is: waits + ", which is held because the ERP may have it"},
	"waits-for-lock":    {is: waits + ": whether Concur has locked it is not known yet"},
	"waits-for-first":   {is: waits + ", which goes out first"},
}

// files are the reasons of import files and result files.
var files = map[string]text{
	"documents-rejected": {is: "the ERP rejected {documents}"},
	"never-arrived":      {is: "never arrived: {reason}"},
	"result-unreadable":  {is: "{problem}"},
}
