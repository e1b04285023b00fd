package exchange

import (
	"bytes"
	"fmt"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// readCertificate reads a user certificate (NAME-cert.pub), which a certificate authority of the partner has signed for
// a key of ours.
func readCertificate(file string) (*ssh.Certificate, error) {
	content, err := readKeyFile(file)
	if err != nil {
		return nil, err
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey(content)
	cert, is := key.(*ssh.Certificate)
	switch {
	case err != nil:
		return nil, &KeyError{File: file, Reason: "is no certificate", Way: "name the file that the authority gave back, mostly KEY-cert.pub"}
	case !is:
		return nil, &KeyError{File: file, Reason: "is a public key, and no certificate", Way: "have the partner's authority sign it, and name the file that it gives back, mostly KEY-cert.pub"}
	case cert.CertType != ssh.UserCert:
		return nil, &KeyError{File: file, Reason: "is a certificate for a server, and not for a user", Way: "ask the partner for a user certificate"}
	}
	return cert, nil
}

// validCertificate tells when a certificate is not for this time: the server would only say that the login is refused.
// Whom it is for is the server's business, which may map its names to accounts.
func validCertificate(file string, cert *ssh.Certificate, now time.Time) error {
	from, until := certTime(cert.ValidAfter), certTime(cert.ValidBefore)
	switch {
	case !until.IsZero() && !now.Before(until):
		return &KeyError{File: file, Reason: "is a certificate that expired on " + day(until), Way: "ask the partner for a new one"}
	case !from.IsZero() && now.Before(from):
		return &KeyError{File: file, Reason: "is a certificate that is valid from " + day(from) + " only", Way: "wait until then, or look at the clock of this machine"}
	}
	return nil
}

// certTime is a time of a certificate; zero when there is no bound.
func certTime(t uint64) time.Time {
	if t == 0 || t >= 1<<62 {
		return time.Time{}
	}
	return time.Unix(int64(t), 0).UTC()
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// certify makes a signer show the certificate instead of its key.
func certify(file string, cert *ssh.Certificate, signer ssh.Signer) (ssh.Signer, error) {
	if !bytes.Equal(cert.Key.Marshal(), signer.PublicKey().Marshal()) {
		return nil, &KeyError{File: file, Reason: "is a certificate for another key: it is for " + ssh.FingerprintSHA256(cert.Key) + ", the key is " + ssh.FingerprintSHA256(signer.PublicKey()),
			Way: "name the certificate of this key, or the key of this certificate"}
	}
	certified, err := ssh.NewCertSigner(cert, signer)
	if err != nil {
		return nil, &KeyError{File: file, Reason: "cannot be used with its key", Way: "ask the partner for a new one", Err: err}
	}
	return certified, nil
}

// certName names a certificate for people: what the partner's authority wrote into it, and the key.
func certName(cert *ssh.Certificate) string {
	return fmt.Sprintf("certificate %q of key %s", wording.Visible(cert.KeyId), ssh.FingerprintSHA256(cert.Key))
}
