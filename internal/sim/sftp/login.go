package sftp

import (
	"bytes"
	"crypto/subtle"
	"errors"

	"golang.org/x/crypto/ssh"
)

var errLogin = errors.New("login refused")

// serverConfig is the login: password, keyboard-interactive or keys, each attempt recorded.
func (s *Server) serverConfig() *ssh.ServerConfig {
	cfg := &ssh.ServerConfig{Config: s.cfg.SSH, MaxAuthTries: 6}
	for _, k := range s.cfg.HostKeys {
		cfg.AddHostKey(k)
	}
	password := func(user, given string) error {
		ok := user == s.cfg.User && subtle.ConstantTimeCompare([]byte(given), []byte(s.cfg.Password)) == 1
		if f := s.match(OpLogin, ""); f != nil && f.Do == DoStall {
			<-s.stalled
		} else if f != nil {
			ok = false
		}
		if !ok {
			return errLogin
		}
		return nil
	}
	switch {
	case s.cfg.Ask != nil:
		cfg.KeyboardInteractiveCallback = func(_ ssh.ConnMetadata,
			ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
			s.attempt("keyboard-interactive")
			return nil, s.cfg.Ask(ask)
		}
	case s.cfg.Password != "" && s.cfg.Interlude:
		cfg.KeyboardInteractiveCallback = func(c ssh.ConnMetadata,
			ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
			s.attempt("keyboard-interactive")
			answers, err := ask("", "", []string{"Password: "}, []bool{false})
			if err != nil || len(answers) != 1 {
				return nil, errLogin
			}
			return nil, password(c.User(), answers[0])
		}
	case s.cfg.Password != "":
		cfg.PasswordCallback = func(c ssh.ConnMetadata, given []byte) (*ssh.Permissions, error) {
			s.attempt("password")
			return nil, password(c.User(), string(given))
		}
	}
	cfg.PublicKeyCallback = func(c ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		s.attempt("key " + ssh.FingerprintSHA256(key))
		for _, k := range s.cfg.Keys {
			if c.User() == s.cfg.User && bytes.Equal(k.Marshal(), key.Marshal()) {
				return nil, nil
			}
		}
		return nil, errLogin
	}
	return cfg
}

func (s *Server) attempt(how string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts = append(s.attempts, how)
}
