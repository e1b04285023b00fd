package words

import "testing"

// A sentence that was kept in English is said in a language, with the sentences in it; what people wrote is left as it is.
func TestReadBack(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	de := c.Of("de", "")
	for english, want := range map[string]string{
		`Line Account: Accounts has no row for "699999": add one, or a row with * for the rest (Accounts, entry 7F)`: `Line Account: Accounts hat keine Zeile für "699999": ergänzen Sie eine, oder eine Zeile mit * für den Rest (Accounts, Position 7F)`,
		"the ERP refused import file ap1.csv":           "das ERP hat Importdatei ap1.csv zurückgewiesen",
		"the ERP refused import file ap1.csv: no":       "das ERP hat Importdatei ap1.csv zurückgewiesen: no",
		"3 routes, 1 target":                            "3 Wege, 1 Ziel",
		"not ready in Concur; the next run tries again": "in Concur nicht bereit; der nächste Lauf versucht es wieder",
		"held": "angehalten",
	} {
		if got, _ := de.Read(english); got != want {
			t.Errorf("%s is read as %q", english, got)
		}
	}
	for _, own := range []string{"budget owner agreed, ticket 4711", "Anna is ill", "looks after all of them", ""} {
		if got, is := de.Read(own); got != own || is && own != "" {
			t.Errorf("%q becomes %q (%t)", own, got, is)
		}
	}
	if got, is := c.Of("en", "").Read("3 routes"); got != "3 routes" || !is {
		t.Error("English is not left as it is")
	}
}
