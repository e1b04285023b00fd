package schema

import (
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// configWords are the keys of fisbridge.yaml that take one of some words.
func configWords() map[string][]string {
	return map[string][]string{
		"Concur.document_format": {"json", "text"},
		"Target.kind":            {config.KindFolder, config.KindJump, config.KindSFTP},
		"Route.revisions":        {config.RevisionsAdd, config.RevisionsHold, config.RevisionsReplace},
		"Instruction.do":         {config.InstructionAnswer, config.InstructionFile, config.InstructionLeave},
		"Drop.verify":            {config.VerifyHash, config.VerifyNone, config.VerifySize},
		"Schedule.missed":        {config.MissedAll, config.MissedLatest, config.MissedNone},
		"Logging.level":          {"debug", "error", "info", "warn"},
		"Logging.format":         {"json", "text"},
		"MailServer.tls":         {config.MailPlain, config.MailStartTLS, config.MailTLS},
		"Webhook.kind":           {config.WebhookSlack, config.WebhookStandard, config.WebhookTeams},
		"Recipient.role":         config.RecipientRoles(),
		"Notify.content":         {"counts", "full"},
		"Heartbeat.needs_person": {"fail", "success"},
		"Config.language":        config.Languages(),
		"Report.kind":            config.ReportKinds(),
		"Report.every":           {config.EveryDay, config.EveryMonth, config.EveryWeek},
	}
}

// templateWords are those of template.yaml.
func templateWords() map[string][]string {
	types := words([]layout.Type{layout.TextType, layout.CodeType, layout.IntegerType, layout.AmountType, layout.DateType, layout.TimeType, layout.FlagType})
	grades := []string{}
	for _, g := range template.Grades() {
		grades = append(grades, string(g.Grade))
	}
	return map[string][]string{
		"Template.acceptance": words([]template.Acceptance{template.ByDocument, template.ByFile}),
		"Template.revisions":  words([]posting.Form{posting.ByLines, posting.ByNet}),
		"Field.type":          types,
		"Setting.type":        types,
		"Judge.grade":         grades,
	}
}

// templateTypes are the types of template.yaml that read more than one form.
func templateTypes() map[string]object {
	repeat := object{"type": "string", "enum": template.RepeatNames()}
	return map[string]object{
		"template.Repeats": {"anyOf": []object{repeat, {"type": "array", "items": repeat}}},
		// What only one kind of file knows is checked when the template is read.
		"layout.Own": {},
		// A ready format by its name, a ready one with what differs, or one that is written out.
		"format.Format": {"type": []string{"string", "object"}},
	}
}

// configRequired are the keys of fisbridge.yaml that have no default.
func configRequired() map[string][]string {
	return map[string][]string{
		"Config":    {"concur", "journal", "routes", "targets"},
		"Concur":    {"base_url", "client_id", "client_secret", "company_uuid", "system_id"},
		"Target":    {"kind"},
		"Route":     {"doc_types", "drop", "mapping", "name"},
		"Drop":      {"target"},
		"Recipient": {"name", "role"},
		"Report":    {"every", "kind", "name"},
	}
}

// templateRequired are those of template.yaml.
func templateRequired() map[string][]string {
	return map[string][]string{
		"Template": {"acceptance", "documents", "file", "file_name", "name", "records", "title"},
		"Record":   {"fields", "name", "repeat"},
		"Field":    {"name"},
	}
}
