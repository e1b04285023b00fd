package why

// concurAlarms are what alarms about Concur are about, and about what lasts until somebody mends it.
var concurAlarms = map[string]text{
	// What Concur said.
	"other-type": {
		is: "Concur offers document {doc} as {type}, and has offered it as {was} before: it stays as " +
			"it was",
		out: "look the document up in Concur; when it is settled, " + resolved,
	},
	"offered-and-gone": {
		is:  "Concur does not know document {doc}, which it had offered",
		out: "look for its report in Concur; it comes back by itself when it is approved again",
	},
	"offered-of-other-type": {"document {doc} is not of type {type}, says Concur", compareTypes},
	"locked-by-other": {
		is:  "document {doc} was acknowledged by another system ({system}); it is not posted from here",
		out: whichSystem + "; every installation needs a system_id and document types of its own",
	},
	"posting-unfit": {
		is: "the posting of document {doc} cannot be confirmed: {problem}",
		out: "add what is missing to the Results sheet (or company to Settings) and " + retry +
			"; or say it as the ERP shows it: " + posted + ", with `--no-number` in the place of the number where the ERP gives none" + "; or settle it in Concur and " + settled,
	},
	"posting-recalled": {
		is:  "document {doc} was recalled in Concur after the ERP said {verdict} {number}",
		out: "reverse it in the ERP (it returns under a new id), then " + settled,
	},
	"posting-of-other-type": {
		is:  "Concur says that document {doc} is not of type {type}",
		out: compareTypes + "; " + lookUp + ", then " + settled,
	},
	"posting-unknown": {
		is: "Concur does not know document {doc} (any more), which the ERP has {verdict} (code {code} " +
			"{result})",
		out: lookUp + ": when it was deleted there, reverse its posting in the ERP, then " + settled +
			"; else ask the vendor's support and " + retry,
	},
	"posting-state-unknown": {
		is: "Concur cannot say what it made of the posting confirmation of document {doc} (code {code} " +
			"{result}); {found}",
		out: lookUp + "; then " + retry + " or " + settled,
	},
	"posting-refused": {
		is: "Concur refuses the posting confirmation of document {doc} for good: code {code} " +
			"{result}⟦: {said}⟧",
		out: lookUp + "; then " + retry + " or " + settled,
	},
	"posting-confirmed": {
		is:  "Concur says that document {doc} was confirmed before ({status}); we did not do that",
		out: "find out who else confirms this company's documents; then " + settled,
	},
	"posting-confirmed-other": {
		is:  "Concur holds {status} for document {doc}, but the ERP said {verdict}",
		out: "find out who else confirms this company's documents; then " + settled,
	},
	"posting-locked-by-other": {
		is:  "document {doc}, which the ERP has, was acknowledged in Concur by system {system}",
		out: whichSystem + "; then " + settled,
	},
	"posting-not-lockable": {
		is: "document {doc} is not acknowledged in Concur any more, and cannot be acknowledged again: " +
			"code {code} {result}",
		out: "the ERP has it: " + lookUp + ", then " + settled,
	},
	"payment-unfit": {
		is:  "payment {payment} of document {doc} cannot be confirmed: {problem}",
		out: "mend the Results sheet and " + retry + ", or " + settled,
	},
	"paid-short": {
		is: "of document {doc} (report {report}) {paid} of {whole} {currency} is paid, and {rest} {currency} is open",
		out: "ask the ERP's team: when the rest is still to come, nothing is to be done, and this ends with it; when no more will come, " +
			"tell the employee, whose report Concur shows as partly paid; then " + resolved,
	},
	"paid-short-invoice": {
		is: "of document {doc} (report {report}) {paid} of {whole} {currency} is paid, and {rest} {currency} is open",
		out: "ask the ERP's team: when the rest is still to come, nothing is to be done, and this ends with it; when the invoice is settled " +
			"(a discount, a rounding), mark the invoice as paid in Concur; then " + resolved,
	},
	"payment-known": {
		is:  "Concur knows payment reference {payment} of document {doc} already, but we had not sent it",
		out: "each payment confirmation needs a reference of its own; compare in Concur, then " + settled,
	},
	"payment-recalled": {
		is: "document {doc} was recalled in Concur after the ERP had paid it (payment {payment}, code " +
			"{code} {result})",
		out: "its report returns under a new id, and goes out whole when this is settled: reverse the posting in the ERP in " +
			"any case; and reverse the payment, too, or see that the new document is not paid again; then " + settled,
	},
	"payment-of-other-type": {
		is: "Concur says that document {doc}, which payment {payment} is for, is not of type {type} " +
			"(code {code} {result})",
		out: compareTypes + "; " + lookUp + ", then " + settled,
	},
	"payment-unknown": {
		is: "Concur does not know document {doc} (any more), which the ERP has paid by {payment} (code " +
			"{code} {result})",
		out: lookUp + ": when it was deleted there, reverse the payment in the ERP, then " + settled +
			"; else ask the vendor's support and " + retry,
	},
	"payment-state-unknown": {
		is: "Concur cannot say what it made of payment {payment} of document {doc} (code {code} " +
			"{result}); {found}",
		out: lookUp + "; then " + retry + " or " + settled,
	},
	"payment-refused": {
		is:  "Concur refuses payment {payment} of document {doc} for good: code {code} {result}⟦: {said}⟧",
		out: "compare with Concur; then " + retry + " or " + settled,
	},
	"mark-unfit": {
		is:  "invoice {doc} cannot be marked by payment {payment}: {problem}",
		out: lookInvoice + ", and mark it there when that is right; then " + settled + ", or " + retry,
	},
	"mark-perhaps-ours": {
		is: "invoice {doc} is probably marked as paid or void by payment {payment}: the answer to our call was lost, " +
			"and Concur does not take it again⟦: {said}⟧",
		out: lookInvoice + ": when the mark is there, " + settled + "; else " + retry,
	},
	"mark-stands": {
		is:  "Concur does not change the mark that invoice {doc} has, as payment {payment} wants⟦: {said}⟧",
		out: "change it in Concur by hand, then " + settled + "; until then later payments of the invoice wait",
	},
	"mark-of-other": {
		is:  "invoice {doc} has another payment in Concur, {said}, than {payment}, of which we told it",
		out: "find out whether the supplier was paid twice, and who else tells Concur of payments; then " + settled,
	},
	"mark-unreadable": {
		is: "it is not known whether Concur has invoice {doc} as paid by {payment}: the answer was lost, and we may " +
			"not look⟦: {said}⟧",
		out: lookInvoice + "; when the mark is there, " + settled + "; else give the application the right to read payment " +
			"requests and " + retry,
	},
	"mark-unknown": {
		is: "Concur does not know invoice {doc} (any more), of which payment {payment} tells⟦: {said}⟧",
		out: lookInvoice + ": when it was deleted there, reverse the payment in the ERP, then " + settled +
			"; else ask the vendor's support and " + retry,
	},
	"mark-refused": {
		is:  "Concur does not mark invoice {doc} by payment {payment}⟦: {said}⟧",
		out: "compare with Concur; then " + retry + " or " + settled,
	},
	"paid-already": {
		is: "Concur says that document {doc} is paid already (code 213), and we had not told it of " +
			"payment {payment}",
		out: "look in Concur who confirmed the payment: perhaps a person, or another system with our " +
			"credentials; then " + settled,
	},
	"paid-twice": {
		is: "Concur says that document {doc} is paid already (code 213): by payment {by}, which we " +
			"told it; the ERP gives payment {payment} beside it",
		out: "find out in the ERP whether the employee was paid twice; then " + settled,
	},
	"system-unknown": {
		is: "Concur says that document {doc}⟦, which payment {payment} is for,⟧ belongs to another " +
			"system, not to us (we are {ours}), and does not say to which",
		out: "ask the vendor's support which system_id acknowledged it; when it was one of ours, " + retry +
			", else another system may have posted it too: " + settled,
	},
	"system-renamed": {
		is: "document {doc}⟦, which payment {payment} is for,⟧ belongs to system {system} in Concur; " +
			"we confirm it as {ours}, not to us by that name",
		out: "when {system} is what system_id of this installation was before: write system_id: " +
			"{system} again, " + retry +
			", fisbridge run, and write {ours} back; else another system may have posted it too: " + settled,
	},
	"system-other": {
		is: "document {doc}⟦, which payment {payment} is for,⟧ was acknowledged from here as {ours}, " +
			"but belongs to system {system} in Concur now, not to us",
		out: "find out which installation is {system}, for it may have posted the document too (every " +
			"installation needs a system_id and doc_types of its own); then " + retry + " or " + settled,
	},
	"list-endless": {
		is: "the list of ready {type} documents came to no end: after {passes} passes it still had new " +
			"ones; what it holds beside the {documents} documents that were read waits for the next run",
		out: "`fisbridge run` once more; when it stays so, raise concur.page_size, and ask the vendor's " +
			"support why the list does not end",
	},
	"list-still-ready": {
		is: "{problem}; {documents} of them wait for the next run and go into no import file before " +
			"Concur has locked them",
		out: "ask the vendor's support why acknowledgements have no effect, with the correlation ids " +
			"that `fisbridge show DOC` tells; nothing was posted",
	},
	"list-items-unreadable": {
		is: "{items:item} of the list of ready {type} documents cannot be read and stay in Concur: " +
			"{names}",
		out: "look the reports up in Concur, and ask the vendor's support; the next run tries again",
	},

	// What lasts until somebody mends it.
	"route-unusable": {
		is: "{problem}; its documents stay in Concur⟦ ({documents:document} so far: {names})⟧",
		out: "mend it: `fisbridge check` lists everything that is wrong with it; the next run takes its " +
			"documents",
	},
	"route-unusable-claims": {
		is: "{problem}; what it might take stays in Concur, and no route behind it takes that⟦ " +
			"({documents:document} so far: {names})⟧",
		out: "mend it: `fisbridge check` lists everything that is wrong with it; the next run takes its " +
			"documents",
	},
	"condition-fails": {
		is: "route {route}: its condition (when) fails for {documents:document}, which stay in Concur " +
			"({names}): {problem}",
		out: "mend when in fisbridge.yaml, so that it has an answer for every document of the route's " +
			"doc_types; the next run takes them",
	},
	"documents-without-route": {
		is: "{documents} acknowledged documents wait for route {route}, which the configuration does " +
			"not have",
		out: routeBack + ", or reject the documents: " +
			"`fisbridge list documents --route {route} --state acknowledged` names them",
	},
	"files-without-route": {
		is: "{files:import file} of route {route}, which the configuration does not have any more, without the ERP's " +
			"answer: {names}; its return folder is read only where another route has the same one, " +
			"and an answer that gives no more than the number of such a file is listed",
		out: routeBack + " until they are answered, or look into the ERP and say what became of the documents: " +
			"`fisbridge list documents --route {route} --state filed` names them, " +
			"`fisbridge mark document DOC posted|rejected --reason …`; where no answer will come and Concur is to be told nothing, " + resolved +
			": they are asked about no more, and an answer that comes all the same is heard",
	},
	"undone-acknowledgement": {
		is: "{n:document} could not be acknowledged" + undone,
		out: "they are not locked for us in Concur, and not posted; look them up there, and ask the " +
			"vendor's support with the correlation ids that `fisbridge show DOC` tells",
	},
	"undone-posting": {
		is: "{n:posting} could not be confirmed to Concur" + undone,
		out: "`fisbridge show DOC` tells what Concur answers; ask the vendor's support, or settle the " +
			"report in Concur and `fisbridge mark document DOC settled --reason …`",
	},
	"undone-payment": {
		is: "{n:payment} could not be confirmed to Concur" + undone,
		out: "`fisbridge show DOC` tells what Concur answers; ask the vendor's support, or settle it in " +
			"Concur and `fisbridge mark document DOC settled --reason …`",
	},
	"undone-drop": {
		is: "{n:import file} could not be dropped" + undone,
		out: "`fisbridge check --probe` tries the drop folders; the next run goes on with the first of " +
			"them",
	},
	"undone-result": {
		is:  "{n:result file} could not be applied" + undone,
		out: "`fisbridge show result N` tells more; mend the route, or put it back into the configuration",
	},
	"undone-collect": {
		is: "{n:result file} never stood still or never came to an end" + undone,
		out: "look whether the ERP still writes them; a file that will not change any more can be moved " +
			"away, or written again",
	},
	"undone-left": {
		is: "{n:document} left in Concur because no route takes such documents" + undone,
		out: "give a route their doc_types and a condition (when) that takes them; when another system " +
			"posts them, ask why it does not",
	},
	"note": {is: "{text}"},
	"event-ready": {is: "Concur told of {type} {ref} and has it ready, but it did not come with the list",
		out: "the next run asks again; if it stays so, ask SAP Concur support why the list of what is ready leaves it out"},
	"event-ours": {is: "Concur told of {type} {ref} and has it acknowledged for this installation, but the journal does not know it",
		out: "look whether a journal was restored, or another installation uses this concur.system_id; then fetch it: `fisbridge refetch DOC --reason …`"},
	"receipts-refused": {is: "no receipts are had: {problem}", out: "{way}"},
}

const undone = ", for {runs} runs now (since {since} UTC): {names}⟦; of the first: {cause}⟧"
