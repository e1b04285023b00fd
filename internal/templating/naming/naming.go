// Package naming owns what the names in an ERP's definition tell: what a field is for (Of), whether a record is a header
// or a trailer (Edge), and which of the codes of a field is a debit and which a credit (SidesOf). It knows the words that
// English, German, French and Spanish ledgers use, in full and as programmers shorten them.
//
// A name is a hint: whoever asks makes a guess of it and says so.
package naming

import (
	"slices"
	"strings"
	"unicode"
)

// Role is what a field is for, as far as its name tells; empty when it does not.
type Role string

const (
	Amount     Role = "amount"
	Debit      Role = "debit"
	Credit     Role = "credit"
	Side       Role = "side"
	Currency   Role = "currency"
	Document   Role = "document"
	Account    Role = "account"
	CostCentre Role = "cost centre"
	TaxCode    Role = "tax code"
	Company    Role = "company"
	Posted     Role = "posting date"
	Date       Role = "date"
	Number     Role = "number of the row"
	Text       Role = "text"
	Employee   Role = "employee"
	Vendor     Role = "vendor"
	Origin     Role = "origin"
	Batch      Role = "batch"
	Count      Role = "count"
	Hash       Role = "hash"
	Time       Role = "time"
)

// hint is words of a name and the role that they stand for. All words of one alternative must be there.
type hint struct {
	role  Role
	words string // alternatives, parted by |
}

// none is for names that are known to be no field that a Value could be found for: the other account of a posting, say.
const none Role = "none"

// rowHints are for rows, the first one that fits counts. edgeHints are for headers and trailers.
var (
	rowHints = []hint{
		{none, "gegenkonto|contra account|offset account|contrepartie|contrapartida|compte lib|compte libelle|account name|account description|kontobezeichnung|nombre cuenta"},
		{Side, "dc|d c|drcr|dr cr|debit credit|debe haber|db cr|cr db|crdr|side|sens|signo|shkzg|shkz|sh kz|sh|s h|soll haben|sollhaben|sollhabenkennzeichen|sollhabenkz|dc ind|sign ind|dh|d h"},
		{TaxCode, "tax code|vat code|mwskz|steuerschluessel|steuerschl|stschl|steuerkennzeichen|steuerkz|steuercode|bu schluessel|ust schluessel|mwst code|mwst schluessel|taxcode|code tva|code taxe|codigo iva|clave iva"},
		{CostCentre, "cost center|cost centre|costcenter|costcentre|kostl|kostenstelle|kostenst|kost|kost1|kost2|kst|centre cout|centre couts|centro coste|centro costo|centro costes|centro costos|ceco|department|dept|cctr"},
		{Posted, "posting date|post date|accounting date|gl date|effective date|value date|budat|buchungsdatum|buchungsdat|buchdat|buchungstag|date comptable|ecriture date|date ecriture|fecha contable|fecha asiento|journal date|postingdate|accountingdate"},
		{Date, "date|bldat|datum|belegdatum|beldat|fecha"},
		{Company, "company|bukrs|ledger id|ledger name|entity|buchungskreis|mandant|mandantennr|mandantennummer|mandnr|companycode|societe|dossier|sociedad|empresa"},
		{Currency, "currency|curr|ccy|wkz|waers|waehrung|waehr|whg|waehrungsschluessel|waehrungskennzeichen|currencycode|cur|devise|idevise|divisa|moneda"},
		{Debit, "debit|debits|dr|soll|sollbetrag|betragsoll|debe|entered dr|accounted dr"},
		{Credit, "credit|credits|cr|haben|habenbetrag|betraghaben|haber|entered cr|accounted cr"},
		{Amount, "amount|amt|betrag|betr|btr|buchungsbetrag|umsatz|wrbtr|value|montant|importe"},
		{Employee, "employee|personnel|empno|pernr|persnr|personalnr|personalnummer|mitarbeiter|mitarbeiternr|mitarbeiternummer|matricule|salarie|empleado|emp"},
		{Vendor, "vendor|supplier|creditor|kreditor|kreditornr|kreditorennr|kreditorennummer|lifnr|lieferant|lieferantennr|lieferantennummer|fournisseur|proveedor"},
		{Batch, "batch|group id|batchid|stapel|stapelnr|stapelnummer|laufnr|laufnummer|lote"},
		{Text, "line text|text line|line description|line desc|item text|positionstext"},
		{Number, "sequence|seq|line|line number|line no|lineno|row|row number|record number|zeile|satznr|satznummer|linea|apunte"},
		{Document, "document|doc|voucher|reference|ref|beleg|belegfeld 1|belegfeld1|belnr|belegnr|belegnummer|invoice number|journal id|xblnr|documentno|docno|docnum|rechnungsnr|rechnungsnummer|piece|ecriture num|documento|asiento|factura"},
		{Text, "description|desc|text|narrative|memo|comment|sgtxt|buchungstext|buchtext|btext|verwendungszweck|bezeichnung|libelle|ecriture lib|concepto|descripcion|glosa"},
		{Account, "account|acct|acc|konto|kto|kontonr|ktonr|kontonummer|sachkonto|sachkto|compte|cuenta|subcuenta|hkont|gl account|segment account|glaccount"},
		{Origin, "source|system|origin|vorsystem|herkunft|origen|origine"},
		{Time, "time|uhrzeit|heure|hora"},
		{Number, "no|nr|number|lfdnr|laufende nummer|numero"},
	}
	edgeHints = []hint{
		{Batch, "batch|file number|sequence|seq|batchid|stapel|stapelnr|stapelnummer|laufnr|laufnummer|dateinummer|lote"},
		{Count, "count|records|lines|number of|anzahl|anz|satzanzahl|satzzahl|saetze|rows|nombre|registros|apuntes"},
		{Hash, "hash|pruefsumme"},
		{Debit, "debit|debits|dr|soll|sollsumme|summesoll|debe"},
		{Credit, "credit|credits|cr|haben|habensumme|summehaben|haber"},
		{Posted, "date|datum|created|erstellt|erstelldatum|erstellungsdatum|fecha"},
		{Time, "time|uhrzeit|heure|hora"},
		{Currency, "currency|curr|ccy|wkz|waers|waehrung|waehr|whg|cur|devise|divisa|moneda"},
		{Company, "company|bukrs|entity|buchungskreis|mandant|mandantennr|mandantennummer|mandnr|societe|dossier|sociedad|empresa"},
		{Origin, "source|system|origin|vorsystem|herkunft|origen|origine"},
	}
	rates = []string{"conversion", "rate", "exchange", "kurs", "wechselkurs", "umrechnungskurs", "taux", "cambio"}
)

// plainLetters spells letters with marks as names without them do.
var plainLetters = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "ß", "ss", "é", "e", "è", "e", "ê", "e", "É", "E",
	"à", "a", "á", "a", "û", "u", "ú", "u", "ó", "o", "ô", "o", "í", "i", "ç", "c", "ñ", "n")

// Words takes a name apart: GLD-POSTING-DATE, PostingDate and "Posting date" are the same.
func Words(name string) []string {
	var out []string
	var word strings.Builder
	last := rune(0)
	end := func() {
		if word.Len() > 0 {
			out = append(out, strings.ToLower(word.String()))
			word.Reset()
		}
	}
	for _, r := range plainLetters.Replace(name) {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
		case unicode.IsUpper(r) && unicode.IsLower(last):
			end()
			word.WriteRune(r)
		default:
			word.WriteRune(r)
		}
		last = r
	}
	end()
	return out
}

// Of is what the words of a field's name tell in rows; OfEdge in headers and trailers.
func Of(name string) Role     { return of(name, rowHints) }
func OfEdge(name string) Role { return of(name, edgeHints) }

func of(name string, hints []hint) Role {
	have := Words(name)
	if i := slices.Index(have, "ohne"); i > 0 { // "Umsatz (ohne Soll/Haben-Kz)": what follows is not in it
		have = have[:i]
	}
	if slices.ContainsFunc(have, func(w string) bool { return slices.Contains(rates, w) }) {
		return "" // of a currency, not the currency
	}
	for _, h := range hints {
		for alternative := range strings.SplitSeq(h.words, "|") {
			all := true
			for w := range strings.FieldsSeq(alternative) {
				all = all && slices.Contains(have, w)
			}
			switch {
			case all && h.role == none:
				return ""
			case all:
				return h.role
			}
		}
	}
	return ""
}

var (
	headers = []string{"h", "hd", "hdr", "head", "header", "kopf", "kopfsatz", "vorsatz", "vorlauf", "vorlaufsatz", "control", "entete", "tete", "cabecera", "cab"}
	// trailers: in names such as "fin de fichier" and "pie", too.
	trailers = []string{"t", "tr", "trl", "trailer", "total", "totals", "foot", "footer", "summary", "ende", "endesatz", "nachsatz", "nachlauf", "fuss", "fusssatz", "schluss", "schlusssatz",
		"summensatz", "pied", "fin", "pie", "totales"}
)

// Edge tells by the name of a record what it is written for: header, trailer or posting.
func Edge(name string) string {
	for _, w := range Words(name) {
		switch {
		case slices.Contains(headers, w):
			return "header"
		case slices.Contains(trailers, w):
			return "trailer"
		}
	}
	return "posting"
}
