package returns

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// endless is a file of a gigabyte that nobody has to hold: a beginning, and then the same again and again.
type endless struct{ head, body string }

func (e endless) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	if off < int64(len(e.head)) {
		n = copy(p, e.head[off:])
	}
	for at := int((off + int64(n) - int64(len(e.head))) % int64(len(e.body))); n < len(p); at = 0 {
		n += copy(p[n:], e.body[at:])
	}
	return len(p), nil
}

// Files without end, in whatever a reader holds of them, are refused before much is held.
func TestHostileFilesInFlatMemory(t *testing.T) {
	const ntry = "<Document><BkToCstmrStmt><Stmt><Ntry><NtryDtls><TxDtls>"
	for name, cases := range map[string][]endless{
		"iso20022":       {{ntry + "<Refs><EndToEndId>", "x"}, {ntry, "<a>"}, {ntry + "<RmtInf>", "<Ustrd>x</Ustrd>"}, {ntry + "<RtrInf>", "<Rsn><Cd>AC04</Cd></Rsn>"}, {"<Document>", "<!-- x -->"}, {"<!DOCTYPE x [", "<!ENTITY a 'b'>"}},
		"mt940":          {{":20:X\n:25:", "x"}, {":20:X\n:86:", "x\n"}, {":20:X\n:60F:C310610EUR1,\n:61:3106110611D1,NTRFX\n", ":86:x\n"}, {":20:X\n:61:", "1\n"}, {"", "x\n"}},
		"bai2":           {{"01,", "x"}, {"01,a/\n02,a/\n03,a,,,,,/\n16,475,1,,a,b,c\n", "88,x\n"}, {"01,a/\n", "88,1/\n"}, {"03,", "1,"}, {"", "/ 01,"}},
		"nacha-return":   {{"101 ", "x"}, {"101", " "}, {"101", "\n"}},
		"aleaud":         {{"<ALEAUD01><E1STATE>", "<a>x</a>"}, {"<ALEAUD01>", "<E1STATE><DOCNUM>1</DOCNUM></E1STATE>"}, {"", "E2STATE002" + strings.Repeat("x", 200) + "\n"}, {"", "x"}},
		"concur-100-600": {{"100,", "x"}, {"", "100,"}},
		"oracle-ess":     {{"Batch Name", "x"}},
		"answer":         {{"reference,status,number,message\n", "x"}, {"reference,status,number,message\n", ","}, {"reference,status,number,message\n\"", "x\n"}},
	} {
		f := readyFormat(t, name)
		for _, e := range cases {
			var mem runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&mem)
			before, peak, n := mem.HeapAlloc, uint64(0), 0
			look := func() {
				runtime.ReadMemStats(&mem)
				peak = max(peak, mem.HeapAlloc)
			}
			enough := errors.New("enough")
			_, err := f.Parse(t.Context(), "x", e, 16<<20, layout.Limits{Rows: 100_000}, func(Row) error {
				if n++; n%10_000 == 0 {
					look()
				}
				if n > 100_000 {
					return enough
				}
				return nil
			})
			look()
			if held := int64(peak) - int64(before); err == nil || held > 96<<20 {
				t.Errorf("%s, %q and then %q: %v, %d MiB", name, e.head, e.body, err, held>>20)
			}
		}
	}
}
