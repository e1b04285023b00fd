package why

// The acts that texts name.
const (
	posted       = "`fisbridge mark document {doc} posted --number N --reason …`"
	rejected     = "`fisbridge mark document {doc} rejected --reason …`"
	either       = posted + " or " + rejected
	eitherShort  = "`fisbridge mark document {doc} posted|rejected --reason …`"
	settled      = "`fisbridge mark document {doc} settled --reason …`"
	retry        = "`fisbridge retry document {doc} --reason …`"
	resolved     = "`fisbridge mark alarm N resolved --reason …`"
	resultDone   = "`fisbridge mark result {result} settled --reason …`"
	showResult   = "`fisbridge show result {result}` lists them"
	lookUp       = "look the report up in Concur"
	lookInvoice  = "look the invoice up in Concur"
	compareTypes = "compare doc_types in the configuration with what the company has enabled"
	whichSystem  = "find out which system posts this company's documents"
	noNewFile    = "; no new import file is made before somebody has looked"
	inDoubt      = "look in the ERP whether {file} was imported; if so `fisbridge mark file {number} received --reason …`, " +
		"if not `fisbridge mark file {number} lost --reason …`"
	journalDoubt = "if this journal was put back from a copy, as with a snapshot of its folder or machine: `fisbridge restored --from-backup --reason …`; " +
		"if another fisbridge works with a copy of this folder: stop it, then the same command here; if neither is true: " + resolved
	orReleased = "look in the ERP: if it is posted, `fisbridge mark document {doc} posted --number {as} --reason …`, else `fisbridge release {doc} --reason …`"
	routeBack  = "put the route back into fisbridge.yaml"
)

// alarms are what alarms about the ERP, import files and the journal are about, and what to do.
var alarms = map[string]text{
	// What people are told.
	"message-given-up": {
		is:  "the message of {created} UTC, {place}, could not be delivered: {problem}",
		out: "mend the address or the server (`fisbridge notify test` tries it); the alarm ends when a later message arrives, else " + resolved,
	},
	// What the ERP said.
	"outcomes-contradict": {
		is:  "the lines of result file {result_file} about document {doc} contradict each other: {problem}",
		out: "find out in the ERP which is true, and reverse what was booked twice; then " + either,
	},
	"outcomes-contradict-told": {
		is: "the lines of result file {result_file} about document {doc} contradict each other: {problem}",
		out: "Concur was told an earlier outcome of it (`fisbridge show {doc}`); find out in the ERP " +
			"which is true, and reverse what was booked twice; then " + resolved,
	},
	"posted-in-part": {
		is: "the ERP posted a part of document {doc} as {numbers} and refused the rest (result file {result_file}): {problem}",
		out: "Concur's rule: take back in the ERP everything that it posted of this document ({numbers}), then " + rejected +
			"; it comes back whole under a new id when it is corrected. Only when the ERP has posted the rest meanwhile: " + posted,
	},
	"posted-in-part-unnumbered": {
		is: "the ERP posted a part of document {doc}, gave no document number, and refused the rest (result file " +
			"{result_file}): {problem}",
		out: "Concur's rule: find in the ERP what it has booked of this document and take all of it back, then " + rejected +
			"; it comes back whole under a new id when it is corrected. Only when the ERP has posted the rest meanwhile: " + posted +
			". Where `posted` of a line means only that it was checked, write `posted_lines: checked` into the template's result format",
	},
	"rejected-in-part": {
		is: "the ERP refused lines of document {doc} and says nothing of its others, which it may have posted (result file " +
			"{result_file}): {problem}",
		out: "look in the ERP whether it has booked anything of this document: if so, take it back, for Concur's rule is whole or not at all; then " + rejected +
			". Where the ERP books a document whole or not at all, write `posted_lines: checked` into the template's result format: then a refused line refuses the document, and nobody is asked",
	},
	"booked-otherwise": {
		is:  "result file {result_file}: the ERP says that it posted document {doc} with {problem}",
		out: "look in the ERP what was posted, and correct it there; then " + either,
	},
	"posted-elsewhere": {
		is: "route {route}: the ERP says that it posted in company {named} what went into the books of company {company}",
		out: "look in the ERP in whose books it is. If {named} is another name of company {company}: " + resolved + "; its answers count from then on, and Concur is told {named}" +
			"; better still, write {named} for company {company} in the workbook (sheet Companies, or Company by). If it was booked in the wrong company: correct it in the ERP, then " +
			"`fisbridge mark document DOC posted --number N --reason …`, or `rejected`, for each document (`fisbridge show result N` lists them)",
	},
	"duplicate": {
		is: "the ERP calls document {doc} of import file {file} a duplicate, but its first outcome is " +
			"not known",
		out: "find the document in the ERP, then " + either,
	},
	"posted-from-withdrawn": {
		is: "the ERP posted document {doc} ({number}) from import file {file}, which was withdrawn",
		out: "reverse this posting in the ERP if the document was posted from a later file too; then " +
			resolved,
	},
	"outcome-unexpected": {
		is:  "the ERP says {verdict} for document {doc}, which is {state}",
		out: "compare with the ERP, then " + eitherShort,
	},
	"withdrawn-was-taken": {
		is: "the ERP has taken document {doc} from import file {file}, which was withdrawn; it does " +
			"not go out again",
		out: orReleased,
	},
	"numbered-in-refused": {
		is:  "the ERP gave document {doc} a number, but rejected its import file {file} as a whole",
		out: orReleased,
	},
	"outcome-changed": {
		is:  "document {doc} stands here as {was}, and the ERP now says {is}",
		out: "nothing was sent to Concur yet; find out in the ERP which is true, then " + eitherShort,
	},
	"outcome-changed-perhaps-told": {
		is: "document {doc} stands here as {was}, and the ERP now says {is}",
		out: "Concur was sent \"{told}\" and has not said that it took it; nothing more is sent; find out in the ERP which is true, then " +
			eitherShort + ": if Concur has the other one, the next run says so",
	},
	"outcome-changed-posted": {
		is: "document {doc} stands here as {was}, and the ERP now says {is}",
		out: "find out in the ERP which is true; Concur was told \"{told}\"; if the posting was taken " +
			"back, ask a processor to recall report {report} in Concur",
	},
	"outcome-changed-number": {
		is: "document {doc} stands here as {was}, and the ERP now says {is}",
		out: "find out in the ERP whether it is posted twice, and reverse one of them then, or whether one of the two was mistyped; " +
			"Concur was told \"{told}\", and takes no second word; then " + resolved,
	},
	"outcome-changed-rejected": {
		is: "document {doc} stands here as {was}, and the ERP now says {is}",
		out: "find out in the ERP which is true; Concur was told \"{told}\"; a rejected document comes " +
			"back from Concur under a new id, so reverse the posting in the ERP before that one is " +
			"imported",
	},
	"file-duplicate": {
		is:  "the ERP calls import file {file} a duplicate",
		out: "it was sent once by fisbridge; look in the ERP whether it was imported by hand",
	},
	"file-duplicates": {
		is: "the ERP calls all {documents} documents of import file {file} that it has not answered duplicates, and their first " +
			"outcomes are not known",
		out: "fisbridge has sent the file once; find its documents in the ERP (`fisbridge show file {number}` names them), then " +
			"`fisbridge mark document DOC posted --number N --reason …`, or `rejected`, for each",
	},
	"withdrawn-file-taken": {
		is: "the ERP took import file {file}, which was withdrawn; {documents} documents of it went " +
			"out again in a later file",
		out: "look in the ERP whether they are posted twice (`fisbridge show file {number}` names " +
			"them), and reverse one of the two; then " + resolved,
	},
	"import-file-refused": {
		is: "the ERP refused import file {file}⟦: {said}⟧",
		out: "mend the cause, then `fisbridge reissue {file} --reason …` (also with `--without DOC`) " +
			"makes a new file of its documents",
	},
	"file-contradicts": {
		is: "what the ERP says about import file {file} contradicts itself: {problem}",
		out: "find out in the ERP what became of it; settle its documents with " +
			"`fisbridge mark document DOC posted|rejected --reason …`, or `fisbridge reissue {file} --reason …` when nothing " +
			"was booked",
	},
	"partly-rejected": {
		is: "document {doc} of import file {file} was marked rejected, and the ERP takes that file " +
			"completely or not at all: {others} other documents of it wait",
		out: "look in the ERP: when it took nothing of the file, " +
			"`fisbridge reissue {number} --reason …`; else `fisbridge mark document DOC posted --number N --reason …` for each",
	},
	"paid-and-rejected": {
		is:  "the ERP paid document {doc}, and rejected it",
		out: "find out in the ERP which is true, and reverse the other; then " + settled,
	},
	"result-again": {
		is: "result file {result_file} has come again with the same content, and since the first time a further document of a " +
			"report that it names waits for an answer: {docs}; it may speak of that one",
		out: "`fisbridge show result {result}` tells what it says; when that is about the document that waits: " +
			"`fisbridge mark document DOC posted|rejected --reason …`; then " + resultDone,
	},
	"lines-unused": {
		is: "{listed} of {lines} lines of result file {result_file} could not be used⟦ (line {at})⟧⟦, about document {docs}⟧⟦; so the " +
			"documents that it does not name are not taken as {rest}⟧",
		out: showResult + "; settle each document with `fisbridge mark`, " +
			"then `fisbridge mark result {result} settled --reason …`",
	},
	"lines-unused-payments": {
		is: "{listed} of {lines} lines of result file {result_file} could not be used⟦ (line {at})⟧⟦, about document {docs}⟧⟦; so the " +
			"documents that it does not name are not taken as {rest}⟧",
		out: showResult +
			"; a payment that is right all the same: " +
			"`fisbridge mark payment {result}#LINE valid --reason …`; when all are looked after: " + resultDone,
	},
	"lines-unused-unplaced": {
		is: "{listed} of {lines} lines of result file {result_file} could not be used, among them " +
			"{n:payment} of which nobody knows the document⟦ (line {at})⟧⟦; so the documents that the file does not name " +
			"are not taken as {rest}⟧",
		out: showResult + " and the documents that each payment may be of" +
			"; then `fisbridge mark payment {result}#LINE --document DOC --reason …`, or " +
			"`fisbridge mark payment {result}#LINE invalid --reason …` for one of nobody; when all are looked after: " + resultDone,
	},
	"result-file-unreadable": {
		is: "result file {result_file} could not be read: {problem}",
		out: "mend the Results sheet or the file; then `fisbridge retry result {result} --reason …`, or " +
			"put a mended file into the return folder and " + resultDone,
	},
	"result-file-too-large": {
		is: "result file {result_file} in return folder {folder} has {mib} MiB, more than " +
			"limits.result_file_mib ({limit}) allows: it was not read",
		out: "have the ERP write smaller files, or raise limits.result_file_mib and put the file back " +
			"from {failed}; then " + resolved,
	},
	"result-file-odd": {"{result_file} in return folder {folder} {problem}; it is not read", "{way}"},
	"result-file-waits": {
		is:  "result file {result_file} waits: its route {route} cannot be used",
		out: "mend the route, or put it back into fisbridge.yaml; fisbridge check tells what is wrong",
	},
	"folder-without-rename": {
		is: "the return folder {folder} does not let us rename files: results are read in place and " +
			"stay there",
		out: "give the account the right to rename files in the return folder",
	},

	// What came of import files.
	"file-vanished": {
		is: "import file {file} was under neither name after a broken rename: the ERP has probably " +
			"taken it",
		out: inDoubt,
	},
	"member-vanished": {
		is: "{member} of import file {file} was under neither name after a broken rename: {file}, " +
			"which starts the import, was not given its name and lies as {temp}",
		out: "look in the ERP; `fisbridge mark file {number} lost --reason …` puts the documents into a new file " +
			"(remove {temp}); where the ERP holds {member}, give {temp} its name by hand, then " +
			"`fisbridge mark file {number} received --reason …`",
	},
	"file-sent-in-backup": {
		is: "import file {file} was on its way when the backup was made that was restored: it has " +
			"probably reached the ERP since",
		out: inDoubt,
	},
	"file-spoken-of": {
		is: "result file {result_file} speaks of import file {file}, which was not sent yet: nothing " +
			"of it was believed, and the file is kept back",
		out: inDoubt,
	},
	"file-without-route": {
		is:  "import file {file} waits for route {route}, which the configuration does not have",
		out: routeBack + ", so that the file can be dropped",
	},
	"file-name-taken": {
		is: "the next import file of route {route} cannot be numbered: {problem}; its documents wait",
		out: "give the route file names of its own (the prefix in the Settings of its workbook, or " +
			"file_name of its template), or another drop folder; the next run goes on",
	},

	// What makes the journal doubtful.
	"journal-other-document": {
		is: "result file {result_file} speaks of document {doc}, which went into no import file of " +
			"this journal" + noNewFile,
		out: journalDoubt,
	},
	"journal-other-number": {
		is: "result file {result_file} speaks of import file {number} of route {route}, but the newest " +
			"that this journal knows is {newest}" + noNewFile,
		out: journalDoubt,
	},
	"journal-other-results": {
		is: "the archive of return folder {folder} holds result files that this journal never read: " +
			"{files} since {since}, the newest is {newest}" + noNewFile,
		out: journalDoubt,
	},
	"journal-other-lock": {
		is: "Concur had document {doc} locked for our own system_id {system} before this journal asked " +
			"for it" + noNewFile,
		out: journalDoubt,
	},
}
