package wording

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// moment is how screens write one.
const moment = "2006-01-02 15:04:05"

// When writes a moment in the zone of the company, which it names where it is not UTC.
func When(t time.Time, zone *time.Location) string {
	switch t = t.In(zone); {
	case t.IsZero():
		return ""
	case zone == time.UTC:
		return t.Format(moment)
	}
	return t.Format(moment + " MST")
}

// At is When with the name of the zone in any case.
func At(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(moment + " MST")
}

// inUTC is a moment in a sentence, as reasons keep it.
var inUTC = regexp.MustCompile(`\b(\d{4}-\d{2}-\d{2} \d{2}:\d{2})(:\d{2})? UTC\b`)

// Local is a sentence with its moments of UTC in the zone of the company, to which they name it.
func Local(sentence string, zone *time.Location) string {
	if zone == nil || zone == time.UTC || !strings.Contains(sentence, " UTC") {
		return sentence
	}
	return inUTC.ReplaceAllStringFunc(sentence, func(found string) string {
		form := "2006-01-02 15:04"
		if strings.Count(found, ":") == 2 {
			form = moment
		}
		at, err := time.Parse(form+" UTC", found)
		if err != nil {
			return found
		}
		return at.In(zone).Format(form + " MST")
	})
}

// Bare is When without the name: what stands above says it.
func Bare(t time.Time, zone *time.Location) string { return t.In(zone).Format(moment) }

// Age writes how long ago a moment was, in its largest unit.
func Age(now, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	switch d := now.Sub(t); {
	case d < time.Second:
		return "now"
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	default:
		return fmt.Sprintf("%d d", int(d.Hours()/24))
	}
}

// Ago is age with the words around it.
func Ago(now, t time.Time) string {
	if s := Age(now, t); s != "now" {
		return s + " ago"
	}
	return "just now"
}

// Grouped puts commas between thousands.
func Grouped(digits string) string {
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}

// Counted writes a number with its noun: 1 document, 2,000 documents.
func Counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return Grouped(strconv.Itoa(n)) + " " + noun
}

// Short is the beginning of a hash.
func Short(hash string) string {
	if len(hash) <= 12 {
		return hash
	}
	return hash[:12] + "…"
}

// Either is one of two texts.
func Either(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}

// SomeOf joins the first of a list, and says how many more there are.
func SomeOf(list []string, most int, between string) string {
	if len(list) > most {
		list = append(slices.Clone(list[:most]), fmt.Sprintf("and %d more", len(list)-most))
	}
	return strings.Join(list, between)
}

// OrBlank is a text as people read it: (blank) where there is none.
func OrBlank(s string) string {
	if s == "" {
		return "(blank)"
	}
	return s
}

// IsDigits reports whether a text is made of digits and nothing else.
func IsDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
