package mapping

import "strings"

// Setting is a company constant of the Settings sheet as text, empty when there is none. Upper and lower case are the
// same.
func (p *Plan) Setting(name string) string { return p.settings[strings.ToLower(name)].String() }
