package why

const (
	tellAgain    = "fisbridge retry document {doc} --reason …   or, when it is settled in Concur,   fisbridge mark document {doc} settled --reason …"
	putRight     = "when that is wrong: fisbridge mark document {doc} posted --number N --reason …  (or rejected), before the next run tells Concur"
	runFindsOut  = "fisbridge run finds out"
	holdOrReject = "fisbridge hold {doc} --reason …   or   fisbridge reject {doc} --reason …"
)

// standings are what a document or an import file is for one who wants to do something with it, and what can be done.
var standings = map[string]text{
	"left": {
		is:  "it was left in Concur ({reason})",
		out: "it is not ours; when a route takes it, the next run fetches it",
	},
	"stored": {"whether Concur has locked it for us is not known yet", runFindsOut},
	"recalled": {
		is:  "it was recalled in Concur",
		out: "nothing is to be done: it returns under a new docId when it is approved again",
	},
	"foreign": {
		is: "it is not ours: {reason}",
		out: "find out which system posts this company's documents; every installation needs a " +
			"system_id of its own",
	},
	"gone": {
		is:  "Concur does not know it any more",
		out: "nothing is to be done: its report comes back under a new docId when it is approved again",
	},
	"waits-for-another": {"it {reason}", holdOrReject},
	"waits-for-file":    {"it waits for the next import file", holdOrReject},
	"held": {
		is:  "it is held: {reason}",
		out: "fisbridge release {doc} --reason …   or   fisbridge reject {doc} --reason …",
	},
	"held-in-file": {
		is:  "it is held, and its import file {file} was not withdrawn",
		out: "fisbridge reissue {file} --reason …   (with --without {doc} to reject it)",
	},
	"held-revision": {"it is held: {reason}",
		"fisbridge release {doc} --as replace --reason …   (what changed)   or   --as add   (as it is)   or   fisbridge reject {doc} --reason …"},
	"filed-nowhere": {"it is filed, but no import file holds it", "fisbridge report shows what does not tie out"},
	"file-on-its-way": {
		is:  "it is in import file {file}, which is on its way to the ERP ({file_state})",
		out: "fisbridge run delivers the file; then say what the ERP did with the document",
	},
	"file-with-erp": {"it is in import file {file}, which the ERP has ({file_state})",
		"wait for the ERP's answer; where people know it: fisbridge mark document {doc} posted --number N --reason …  (or rejected); when the ERP took nothing of the file: fisbridge reissue {file} --without {doc} --reason …"},
	"posted-unconfirmed":   {"the ERP has posted it⟦ as {number}⟧", ""},
	"posted-stuck":         {"the ERP has posted it⟦ as {number}⟧, and telling Concur is stuck", tellAgain},
	"posted-payment-stuck": {"the ERP has posted it⟦ as {number}⟧, and a payment of it is stuck", tellAgain},
	"posted-perhaps-told": {
		is:  "the ERP has posted it⟦ as {number}⟧, and Concur may have been told: the answer is not known",
		out: runFindsOut,
	},
	"posted-to-be-told": {"the ERP has posted it⟦ as {number}⟧, and Concur is to be told", putRight},
	"posted-known": {"the ERP has posted it⟦ as {number}⟧, and Concur knows it",
		"when that is wrong: reverse it in the ERP, and ask a processor to recall the report in Concur; it returns under a new docId"},
	"rejected-unconfirmed":   {"it is rejected", ""},
	"rejected-stuck":         {"it is rejected, and telling Concur is stuck", tellAgain},
	"rejected-payment-stuck": {"it is rejected, and a payment of it is stuck", tellAgain},
	"rejected-perhaps-told": {
		is:  "it is rejected, and Concur may have been told: the answer is not known",
		out: runFindsOut,
	},
	"rejected-to-be-told": {"it is rejected, and Concur is to be told", putRight},
	"rejected-known": {
		is:  "it is rejected, and Concur knows it",
		out: "the report is corrected in Concur, and returns under a new docId when it is approved again",
	},

	"file-travels": {"it is on its way to the ERP ({state})", "fisbridge run delivers it"},
	"file-dropped": {
		is:  "it was dropped, and nothing is in doubt about that",
		out: "when the ERP took nothing of it: fisbridge reissue {file} --reason …",
	},
	"file-answered": {
		is:  "the ERP has answered it ({state})",
		out: "what was posted is reversed in the ERP, document by document; fisbridge show file {file}",
	},
	"file-refused": {"the ERP refused it", "fisbridge reissue {file} --reason …"},
	"file-withdrawn": {
		is:  "it was withdrawn before: {reason}",
		out: "fisbridge show file {file} tells where its documents are",
	},

	"moved": {"it has moved since it was seen: {is}", ""},
	"other": {"it is {state}", ""},
}
