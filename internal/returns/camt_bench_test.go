package returns

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// camtFile is a statement of so many transactions on disk, four in an entry, as banks write them.
func camtFile(tb testing.TB, transactions int) (*os.File, int64) {
	tb.Helper()
	file, err := os.Create(filepath.Join(tb.TempDir(), "camt.053.xml"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { file.Close() })
	b := bufio.NewWriterSize(file, 1<<20)
	total := transactions / 4 * 40
	fmt.Fprintf(b, `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>LB</MsgId><CreDtTm>2031-06-12T05:30:00+02:00</CreDtTm></GrpHdr>
<Stmt><Id>S</Id><Acct><Id><IBAN>DE44500105175407324931</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%d.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2031-06-10</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2031-06-11</Dt></Dt></Bal>
`, total)
	for i := range transactions {
		if i%4 == 0 {
			fmt.Fprintf(b, `<Ntry><Amt Ccy="EUR">40.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2031-06-11</Dt></BookgDt><ValDt><Dt>2031-06-11</Dt></ValDt><AcctSvcrRef>LB%08d</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><Btch><PmtInfId>RUN</PmtInfId><NbOfTxs>4</NbOfTxs></Btch>
`, i)
		}
		fmt.Fprintf(b, `<TxDtls><Refs><AcctSvcrRef>LB%08d-1</AcctSvcrRef><EndToEndId>%020X</EndToEndId></Refs><Amt Ccy="EUR">10.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><RltdPties><Cdtr><Pty><Nm>Mira Sandholm</Nm></Pty></Cdtr><CdtrAcct><Id><IBAN>DE02120300000000202051</IBAN></Id></CdtrAcct></RltdPties><RmtInf><Ustrd>TRIP JUNE</Ustrd></RmtInf></TxDtls>
`, i, i)
		if i%4 == 3 {
			b.WriteString("</NtryDtls></Ntry>\n")
		}
	}
	b.WriteString("</Stmt></BkToCstmrStmt></Document>\n")
	if err := b.Flush(); err != nil {
		tb.Fatal(err)
	}
	info, err := file.Stat()
	if err != nil {
		tb.Fatal(err)
	}
	return file, info.Size()
}

// BenchmarkCamt reads a million transactions; beside it a plain loop over the tokens of the standard library, which
// does nothing with them.
func BenchmarkCamt(b *testing.B) {
	file, size := camtFile(b, 1_000_000)
	f := readyFormat(b, "camt.053")
	b.Run("fisbridge", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			b.ReportMetric(camtPeak(b, f, file, size, 1_000_000), "heap-MiB")
		}
	})
	b.Run("encoding/xml", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			d := xml.NewDecoder(bufio.NewReaderSize(io.NewSectionReader(file, 0, size), 128<<10))
			for {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// camtPeak reads a file of so many payments and gives the largest heap that was seen.
func camtPeak(tb testing.TB, f *Format, file io.ReaderAt, size int64, payments int) float64 {
	tb.Helper()
	var mem runtime.MemStats
	peak, n := uint64(0), 0
	sum, err := f.Parse(tb.Context(), "camt.053.xml", file, size, layout.Limits{}, func(Row) error {
		if n++; n%50_000 == 0 {
			runtime.ReadMemStats(&mem)
			peak = max(peak, mem.HeapAlloc)
		}
		return nil
	})
	if err != nil || sum.Payments != payments {
		tb.Fatalf("%+v, %v", sum, err)
	}
	return float64(peak) / (1 << 20)
}

// A statement is read in flat memory: of a file that is ten times as long as another, as much is held.
func TestCamtInFlatMemory(t *testing.T) {
	f := readyFormat(t, "camt.053")
	file, size := camtFile(t, 100_000)
	if peak := camtPeak(t, f, file, size, 100_000); peak > 32 {
		t.Errorf("%.0f MiB for %d MiB", peak, size>>20)
	}
}
