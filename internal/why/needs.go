package why

const stuckWay = retry + ", or when it is settled in Concur " + settled

// needs are what needs a person beside the alarms.
var needs = map[string]text{
	"document-held": {is: "document {doc} (report {report}) is held: {reason}",
		out: "mend the cause, then `fisbridge release {doc} --reason …`, or `fisbridge reject {doc} --reason …`"},
	"document-held-in-file": {is: "document {doc} (report {report}) is held: {reason}",
		out: "`fisbridge show {doc}` tells its import file: reissue that"},
	"document-unanswered": {is: "document {doc} (report {report}) of route {route} has had no answer of the ERP since {since}",
		out: "look in the ERP; where it is settled: " + posted + "  (or rejected)"},
	"document-unfiled": {is: "document {doc} (report {report}) of route {route} is in no import file, and was acknowledged on {since}",
		out: "`fisbridge show {doc}` tells what it waits for"},
	"posting-stuck":        {is: "the posting confirmation of document {doc} is stuck: Concur answered {code} {said}", out: stuckWay},
	"posting-stuck-here":   {is: "the posting confirmation of document {doc} is stuck: {said}", out: stuckWay},
	"posting-stuck-unsaid": {is: "the posting confirmation of document {doc} is stuck: Concur did not say why", out: stuckWay},
	"payment-stuck":        {is: "the confirmation of payment {payment} of document {doc} is stuck: Concur answered {code} {said}", out: stuckWay},
	"payment-stuck-here":   {is: "the confirmation of payment {payment} of document {doc} is stuck: {said}", out: stuckWay},
	"payment-stuck-unsaid": {is: "the confirmation of payment {payment} of document {doc} is stuck: Concur did not say why", out: stuckWay},
	"mapping-unused": {is: "route {route}: the changed {changed} is not used, and the version of {in_force} UTC stays in force, until this is mended: {problems}",
		out: "mend what it names; `fisbridge show mapping {route}` lists all of it"},
	"mapping-doubted": {is: "route {route}: the changed {changed} is not used, and the version of {in_force} UTC stays in force, until somebody accepts this: {problems}",
		out: "if that is meant: fisbridge mapping accept {route} --reason \"…\""},
	"change-waits": {is: "change {change} of {mapping}, which {who} asked for, waits for approval",
		out: "fisbridge mapping versions {route} tells what it would change; somebody else than who made it says fisbridge mapping approve {route} --reason \"…\", or fisbridge mapping reject {route} --reason \"…\""},
	"change-doubted": {is: "change {change} of {mapping}, which {who} asked for, changes more than its edits say, and waits until somebody approves that",
		out: "fisbridge mapping versions {route} tells what it would change; then fisbridge mapping approve {route} --reason \"…\", or fisbridge mapping reject {route} --reason \"…\""},
	"change-ended-template": {is: "the approval of change {change} of {mapping} has ended, because the template was changed since: the version before stays in force",
		out: "try the workbook again with the template of now, in the console or by fisbridge mapping propose; fisbridge mapping reject {route} --reason \"…\" ends it"},
	"change-ended-age": {is: "the approval of change {change} of {mapping} has ended, because no run took it in 7 days: the version before stays in force",
		out: "try the workbook again, in the console or by fisbridge mapping propose; fisbridge mapping reject {route} --reason \"…\" ends it"},
	"route-stopped": {is: "route {route} is stopped since {since} UTC by {who}: no import file of it is made or sent; {waiting}",
		out: "fisbridge route start {route} --reason \"…\" lets it go on"},
	"login-ends": {is: "{problem}", out: "{way}"},
}
