package xlsx

import "testing"

func TestVolatile(t *testing.T) {
	for formula, want := range map[string]string{
		"EOMONTH(TODAY(),-1)+1": "TODAY", "today()": "TODAY", "IF(A1>NOW(),1,2)": "NOW", "1+RANDBETWEEN(1,6)": "RANDBETWEEN",
		"_xlfn.RANDARRAY(2)": "RANDARRAY",
		"A1&\"TODAY()\"":     "", "MYTODAY()": "", "TODAY_IS()": "", "DATE(2026,12,1)": "", "TODAY": "", "": "", "SUM(": "",
	} {
		if got := Volatile(formula); got != want {
			t.Errorf("%s: %q, want %q", formula, got, want)
		}
	}
}
