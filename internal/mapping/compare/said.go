package compare

import (
	"regexp"
	"strings"

	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// The history keeps the sentence of a difference in English. Here it is read back, so that pages say it in the reader's
// language; what is not known stays as it is.

// form is a form of a sentence, or of a part of one.
type form struct {
	pattern *regexp.Regexp
	say     func(m []string) say.Text
}

func forms(list ...any) (out []form) {
	for i := 0; i < len(list); i += 2 {
		out = append(out, form{regexp.MustCompile("^" + list[i].(string) + "$"), list[i+1].(func([]string) say.Text)})
	}
	return out
}

// number is one as English writes it, in groups.
func number(shown string) say.Number {
	return say.Number{Shown: shown, Digits: strings.ReplaceAll(shown, ",", "")}
}

var heads = forms(
	`the two versions say the same`, func([]string) say.Text { return say.F("the two versions say the same") },
	`([\d,]+ cell) differs; no document was at hand, so what would come out differently is not known`, func(m []string) say.Text {
		return say.F("%s differs; no document was at hand, so what would come out differently is not known", say.English(m[1]))
	},
	`([\d,]+ cells) differ; no document was at hand, so what would come out differently is not known`, func(m []string) say.Text {
		return say.F("%s differ; no document was at hand, so what would come out differently is not known", say.English(m[1]))
	},
	`no document of ([\d,]+) changes: the import file would be the same`, func(m []string) say.Text {
		return say.F("no document of %s changes: the import file would be the same", number(m[1]))
	},
	`no document of ([\d,]+) changes: the import file would be the same; ([\d,]+ documents?) would be held for other reasons`, func(m []string) say.Text {
		return say.F("no document of %s changes: the import file would be the same; %s would be held for other reasons", number(m[1]), say.English(m[2]))
	},
	`([\d,]+) of ([\d,]+) documents changes`, func(m []string) say.Text {
		return say.F("%s of %s documents changes", number(m[1]), number(m[2]))
	},
	`([\d,]+) of ([\d,]+) documents change`, func(m []string) say.Text {
		return say.F("%s of %s documents change", number(m[1]), number(m[2]))
	},
	`1 of 1 document changes`, func([]string) say.Text { return say.F("1 of 1 document changes") },
	`0 of 1 document change`, func([]string) say.Text { return say.F("0 of 1 document change") },
)

// counted are the parts that tell how many of something; the English of each has a form for one and one for several.
func counted(one, several string) func(m []string) say.Text {
	return func(m []string) say.Text {
		if strings.HasPrefix(m[1], "1 ") {
			return say.F(one, say.English(m[1]))
		}
		return say.F(several, say.English(m[1]))
	}
}

var parts = forms(
	`(.+) changes in ([\d,]+ lines?)`, func(m []string) say.Text { return say.F("%s changes in %s", m[1], say.English(m[2])) },
	`(.+) changes in ([\d,]+ lines?) \((\d+) different changes\)`, func(m []string) say.Text {
		return say.F("%s changes in %s (%s different changes)", m[1], say.English(m[2]), number(m[3]))
	},
	`amounts in (\d+) currencies move from (.+) to (.+) in ([\d,]+ lines?)`, func(m []string) say.Text {
		return say.F("amounts in %s currencies move from %s to %s in %s", number(m[1]), blank(m[2]), blank(m[3]), say.English(m[4]))
	},
	`(.+) moves from (.+) to (.+) in ([\d,]+ lines?)`, func(m []string) say.Text {
		return say.F("%s moves from %s to %s in %s", amounts(m[1]), blank(m[2]), blank(m[3]), say.English(m[4]))
	},
	`(.+) → (.+) in ([\d,]+ lines?) with amounts in (\d+) currencies`, func(m []string) say.Text {
		return say.F("%s → %s in %s with amounts in %s currencies", blank(m[1]), blank(m[2]), say.English(m[3]), number(m[4]))
	},
	`(.+) → (.+) in ([\d,]+ lines?) with (.+)`, func(m []string) say.Text {
		return say.F("%s → %s in %s with %s", blank(m[1]), blank(m[2]), say.English(m[3]), amounts(m[4]))
	},
	`(.+) → (.+) in ([\d,]+ lines?)`, func(m []string) say.Text {
		return say.F("%s → %s in %s", blank(m[1]), blank(m[2]), say.English(m[3]))
	},
	`([\d,]+ lines?) (?:is|are) new`, counted("%s is new", "%s are new"),
	`([\d,]+ lines?) (?:is|are) gone`, counted("%s is gone", "%s are gone"),
	`([\d,]+ documents?) (?:is|are) newly held`, counted("%s is newly held", "%s are newly held"),
	`([\d,]+ documents?) (?:is|are) no longer held`, counted("%s is no longer held", "%s are no longer held"),
	`([\d,]+ documents?) (?:is|are) held for other reasons`, counted("%s is held for other reasons", "%s are held for other reasons"),
	`([\d,]+ documents?) (?:goes|go) into another file`, counted("%s goes into another file", "%s go into another file"),
	`the header or trailer reads differently`, func([]string) say.Text { return say.F("the header or trailer reads differently") },
)

// blank is a column with a value, with the word for none at its end.
func blank(text string) say.Text {
	if rest, is := strings.CutSuffix(text, wording.OrBlank("")); is {
		return say.F("%s(blank)", rest)
	}
	return say.Plain(text)
}

// sum is an amount with its currency.
var sum = regexp.MustCompile(`^(-?[\d,]+(?:\.\d+)?) (\S+)$`)

// amounts are those of one currency, or of two.
func amounts(text string) say.Text {
	list := strings.Split(text, " and ")
	out := make([]say.Text, len(list))
	for i, one := range list {
		out[i] = say.Plain(one)
		if m := sum.FindStringSubmatch(one); m != nil {
			out[i] = say.F("%s %s", number(m[1]), m[2])
		}
	}
	if len(out) == 2 {
		return say.F("%s and %s", out[0], out[1])
	}
	return out[0]
}

func in(list []form, english string) (say.Text, bool) {
	for _, f := range list {
		if m := f.pattern.FindStringSubmatch(english); m != nil {
			return f.say(m), true
		}
	}
	return "", false
}

// Said is a sentence of a difference that was kept in English, to be said in any language; as it is where it is no such
// sentence.
func Said(english string) say.Text {
	if t, is := in(heads, english); is {
		return t
	}
	head, rest, found := strings.Cut(english, ": ")
	t, is := in(heads, head)
	body, ends := strings.CutSuffix(rest, "; nothing else")
	if !found || !is || !ends {
		return say.Plain(english)
	}
	var list []say.Text
	for open := ""; body != ""; { // a value may have a comma in it: the shortest beginning that is a part is one
		one, after, more := strings.Cut(body, ", ")
		one = strings.TrimPrefix(open+", "+one, ", ")
		part, known := in(parts, one)
		switch {
		case known:
			list, open = append(list, part), ""
		case !more:
			return say.Plain(english)
		default:
			open = one
		}
		body = after
	}
	return say.F("%s: %s; nothing else", t, say.Join(", ", list...))
}
