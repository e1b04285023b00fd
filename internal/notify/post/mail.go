package post

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/mail"
	"os"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/fisbridge/fisbridge/internal/config"
)

// mail sends a letter to one person.
func (s *Sender) mail(ctx context.Context, to string, l Letter, last func(context.Context) error) error {
	m := s.Config.Notify.Mail
	if m.Host == "" {
		return &RefusedError{errGone}
	}
	msg, err := message(m, to, l)
	if err != nil {
		return &RefusedError{err}
	}
	c, err := s.client(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*m.Timeout)
	defer cancel()
	if err := c.DialWithContext(ctx); err != nil {
		return &ReachError{fmt.Errorf("mail server %s: %w", server(m), err)}
	}
	defer c.Close() //nolint:errcheck // when the server has taken the mail, how it says goodbye changes nothing
	if err := last(ctx); err != nil {
		return err
	}
	if err := c.Send(msg); err != nil {
		err = fmt.Errorf("mail server %s: %w", server(m), err)
		var own *gomail.SendError
		if errors.As(err, &own) && own.ErrorCode() >= 500 {
			return &RefusedError{err}
		}
		return err
	}
	return nil
}

// message puts a mail together: plain text with the same as HTML beside it, and files.
func message(m config.MailServer, to string, l Letter) (*gomail.Msg, error) {
	from, err := mail.ParseAddress(m.From)
	if err != nil {
		return nil, fmt.Errorf("notify.mail.from: %w", err)
	}
	msg := gomail.NewMsg()
	msg.FromMailAddress(from)
	if err := msg.To(to); err != nil {
		return nil, err
	}
	if m.ReplyTo != "" {
		if err := msg.ReplyTo(m.ReplyTo); err != nil {
			return nil, fmt.Errorf("notify.mail.reply_to: %w", err)
		}
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	msg.SetMessageIDWithValue(l.ID + "@" + domain)
	msg.SetDateWithValue(l.At)
	msg.Subject(plain(l.Subject))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetBodyString(gomail.TypeTextPlain, l.Text)
	if l.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
	}
	for _, f := range l.Files {
		if err := msg.AttachReader(plain(f.Name), bytes.NewReader(f.Data), gomail.WithFileContentType(gomail.ContentType(f.Type))); err != nil {
			return nil, err
		}
	}
	return msg, nil
}

func server(m config.MailServer) string { return fmt.Sprintf("%s:%d", m.Host, m.MailPort()) }

// client is ready to dial: protection and login as the configuration wants them.
func (s *Sender) client(ctx context.Context) (*gomail.Client, error) {
	m := s.Config.Notify.Mail
	secure, err := s.tlsConfig()
	if err != nil {
		return nil, err
	}
	options := []gomail.Option{gomail.WithTimeout(m.Timeout), gomail.WithTLSConfig(secure), gomail.WithoutNoop()}
	switch m.TLS {
	case config.MailTLS:
		options = append(options, gomail.WithSSL())
	case config.MailPlain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	options = append(options, gomail.WithPort(m.MailPort()))
	switch {
	case m.OAuth.ClientID != "":
		token, err := s.token(ctx)
		if err != nil {
			return nil, err
		}
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthXOAUTH2), gomail.WithUsername(m.User), gomail.WithPassword(token))
	case m.User != "":
		password, err := s.Config.Reveal(m.Password)
		if err != nil {
			return nil, fmt.Errorf("notify.mail.password: %w", err)
		}
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(m.User), gomail.WithPassword(password))
	}
	c, err := gomail.NewClient(m.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("mail server %s: %w", server(m), err)
	}
	return c, nil
}

func (s *Sender) tlsConfig() (*tls.Config, error) {
	m := s.Config.Notify.Mail
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: m.Host}
	if m.CA == "" {
		return c, nil
	}
	pem, err := os.ReadFile(s.Config.Path(m.CA))
	if err != nil {
		return nil, fmt.Errorf("notify.mail.ca: %w", err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("notify.mail.ca: %s holds no certificate in PEM", m.CA)
	}
	return c, nil
}

// token gets an access token for the mail server.
func (s *Sender) token(ctx context.Context) (string, error) {
	o := s.Config.Notify.Mail.OAuth
	secret := ""
	if o.ClientSecret.Given() {
		var err error
		if secret, err = s.Config.Reveal(o.ClientSecret); err != nil {
			return "", fmt.Errorf("notify.mail.oauth.client_secret: %w", err)
		}
	}
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, oauth2.HTTPClient, client()), s.Config.Notify.Mail.Timeout)
	defer cancel()
	var source oauth2.TokenSource
	if o.RefreshToken.Given() {
		refresh, err := s.Config.Reveal(o.RefreshToken)
		if err != nil {
			return "", fmt.Errorf("notify.mail.oauth.refresh_token: %w", err)
		}
		c := oauth2.Config{ClientID: o.ClientID, ClientSecret: secret, Scopes: o.Scopes, Endpoint: oauth2.Endpoint{TokenURL: o.TokenURL, AuthStyle: oauth2.AuthStyleInParams}}
		source = c.TokenSource(ctx, &oauth2.Token{RefreshToken: refresh, Expiry: time.Unix(1, 0)})
	} else {
		c := clientcredentials.Config{ClientID: o.ClientID, ClientSecret: secret, Scopes: o.Scopes, TokenURL: o.TokenURL, AuthStyle: oauth2.AuthStyleInParams}
		source = c.TokenSource(ctx)
	}
	t, err := source.Token()
	if err != nil {
		var answer *oauth2.RetrieveError
		if errors.As(err, &answer) { // its text may repeat what was sent
			err = fmt.Errorf("%s %s", answer.Response.Status, plain(answer.ErrorCode))
		}
		return "", &ReachError{fmt.Errorf("notify.mail.oauth: no token: %w", withoutAddress(err))}
	}
	return t.AccessToken, nil
}

// CheckMail looks whether the mail server takes us: with online, it is dialled and logged in to; no mail is sent.
func (s *Sender) CheckMail(ctx context.Context, online bool) error {
	if !online {
		_, err := s.tlsConfig()
		return err
	}
	c, err := s.client(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.Config.Notify.Mail.Timeout)
	defer cancel()
	if err := c.DialWithContext(ctx); err != nil {
		return fmt.Errorf("mail server %s: %w", server(s.Config.Notify.Mail), err)
	}
	return c.Close()
}
