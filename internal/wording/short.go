package wording

import (
	"regexp"
	"strings"
)

// notShort is what a short name has none of.
var notShort = regexp.MustCompile(`[^a-z0-9-]+`)

// ShortName is what stands for a company in addresses, file names and names of services: small letters, digits and
// dashes. It is "company" where nothing is left of the name.
func ShortName(name string) string {
	if short := strings.Trim(notShort.ReplaceAllString(strings.ToLower(name), "-"), "-"); short != "" {
		return short
	}
	return "company"
}
