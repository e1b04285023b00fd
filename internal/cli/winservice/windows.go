//go:build windows

package winservice

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc"
	"golang.org/x/sys/windows/svc/eventlog"
	"golang.org/x/sys/windows/svc/mgr"
)

// The ids of entries in the event log.
const (
	eventBegan  = 1
	eventEnded  = 2
	eventFailed = 3
)

// account is what a service runs as.
func (s Service) account() string {
	if s.Account == "" {
		return `NT SERVICE\` + s.Name
	}
	return s.Account
}

// Install puts a service into the list, to be started with the machine, gives its account the working folder, and makes
// its source of the event log. After a failure it is started again, later each time.
func Install(s Service) (err error) {
	m, err := mgr.Connect()
	if err != nil {
		return rights("open the list of services", err)
	}
	defer m.Disconnect() //nolint:errcheck // nothing is lost
	w, err := m.CreateService(s.Name, s.Program, mgr.Config{StartType: mgr.StartAutomatic, DelayedAutoStart: true, DisplayName: s.Display, Description: s.Description,
		ServiceStartName: s.account(), Password: s.Password, SidType: windows.SERVICE_SID_TYPE_UNRESTRICTED}, s.Args...)
	switch {
	case errors.Is(err, windows.ERROR_SERVICE_EXISTS):
		return fmt.Errorf("there is a service %s already", s.Name)
	case err != nil:
		return rights("make the service "+s.Name, err)
	}
	defer w.Close() //nolint:errcheck // as above
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Delete())
		}
	}()
	again := []mgr.RecoveryAction{{Type: mgr.ServiceRestart, Delay: 30 * time.Second}, {Type: mgr.ServiceRestart, Delay: 5 * time.Minute}, {Type: mgr.ServiceRestart, Delay: 30 * time.Minute}}
	if err := w.SetRecoveryActions(again, 24*60*60); err != nil {
		return fmt.Errorf("say what happens after a failure of %s: %w", s.Name, err)
	}
	if err := w.SetRecoveryActionsOnNonCrashFailures(true); err != nil {
		return fmt.Errorf("say what happens after a failure of %s: %w", s.Name, err)
	}
	// The right to change is for the folder and what is and will be in it. A path is one argument, whatever is in it.
	if out, err := exec.Command("icacls", s.Folder, "/grant", s.account()+":(OI)(CI)M", "/T", "/Q").CombinedOutput(); err != nil { //nolint:gosec // no shell reads it
		return fmt.Errorf("give %s the folder %s: %w: %s", s.account(), s.Folder, err, out)
	}
	if err := eventlog.InstallAsEventCreate(s.Name, eventlog.Error|eventlog.Warning|eventlog.Info); err != nil {
		_ = eventlog.Remove(s.Name) // what an earlier service of the name left
		if err := eventlog.InstallAsEventCreate(s.Name, eventlog.Error|eventlog.Warning|eventlog.Info); err != nil {
			return fmt.Errorf("make the source %s of the event log: %w", s.Name, err)
		}
	}
	return nil
}

// rights says what an account needs that may not do something.
func rights(what string, err error) error {
	if errors.Is(err, windows.ERROR_ACCESS_DENIED) {
		return fmt.Errorf("%s: %w (open the terminal with \"Run as administrator\")", what, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// opened calls do with a service of the list.
func opened(name string, do func(*mgr.Service) error) error {
	m, err := mgr.Connect()
	if err != nil {
		return rights("open the list of services", err)
	}
	defer m.Disconnect() //nolint:errcheck // nothing is lost
	w, err := m.OpenService(name)
	switch {
	case errors.Is(err, windows.ERROR_SERVICE_DOES_NOT_EXIST):
		return fmt.Errorf("%s: %w", name, ErrNotInstalled)
	case err != nil:
		return rights("open the service "+name, err)
	}
	defer w.Close() //nolint:errcheck // as above
	return do(w)
}

// Uninstall stops a service and takes it out of the list, and its source out of the event log. The working folder stays.
func Uninstall(name string) error {
	return opened(name, func(w *mgr.Service) error {
		if status, err := w.Query(); err == nil && status.State != svc.Stopped {
			if err := stop(context.Background(), w, name); err != nil {
				return err
			}
		}
		if err := w.Delete(); err != nil {
			return rights("take out the service "+name, err)
		}
		return eventlog.Remove(name)
	})
}

// Start starts a service.
func Start(name string) error {
	return opened(name, func(w *mgr.Service) error {
		err := w.Start()
		if errors.Is(err, windows.ERROR_SERVICE_ALREADY_RUNNING) {
			return nil
		}
		if err != nil {
			return rights("start "+name, err)
		}
		return nil
	})
}

// Stop stops a service and waits until it has ended its step.
func Stop(ctx context.Context, name string) error {
	return opened(name, func(w *mgr.Service) error { return stop(ctx, w, name) })
}

func stop(ctx context.Context, w *mgr.Service, name string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, EndsWithin, fmt.Errorf("%s did not end within %s", name, EndsWithin))
	defer cancel()
	if _, err := w.Control(svc.Stop); err != nil && !errors.Is(err, windows.ERROR_SERVICE_NOT_ACTIVE) {
		return rights("stop "+name, err)
	}
	for {
		status, err := w.Query()
		if err != nil {
			return rights("look at "+name, err)
		}
		if status.State == svc.Stopped {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// State is what a service does: stopped, starting, stopping, running or paused.
func State(name string) (state string, err error) {
	err = opened(name, func(w *mgr.Service) error {
		status, err := w.Query()
		if err != nil {
			return rights("look at "+name, err)
		}
		state = map[svc.State]string{svc.Stopped: "stopped", svc.StartPending: "starting", svc.StopPending: "stopping", svc.Running: "running"}[status.State]
		if state == "" {
			state = "paused"
		}
		return nil
	})
	return state, err
}

// Run is the service itself: it does the work until the list of services stops it. Called by a person it is refused.
func Run(ctx context.Context, name string, work func(context.Context) error) error {
	is, err := svc.IsWindowsService()
	if err != nil {
		return err
	}
	if !is {
		return errors.New("the list of services of Windows calls this, and no person")
	}
	h := &handler{ctx: ctx, name: name, work: work}
	return errors.Join(svc.Run(name, h), h.failed)
}

type handler struct {
	ctx    context.Context
	name   string
	work   func(context.Context) error
	failed error
}

// Execute does the work, and what the list of services wants meanwhile.
func (h *handler) Execute(_ []string, wanted <-chan svc.ChangeRequest, status chan<- svc.Status) (bool, uint32) {
	const accepts = svc.AcceptStop | svc.AcceptShutdown | svc.AcceptPreShutdown
	ctx, cancel := context.WithCancel(h.ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- h.work(ctx) }()
	status <- svc.Status{State: svc.Running, Accepts: accepts}
	h.tell(func(l *eventlog.Log) error { return l.Info(eventBegan, "began") })
	for {
		select {
		case err := <-ended:
			status <- svc.Status{State: svc.StopPending}
			if h.failed = err; err != nil {
				h.tell(func(l *eventlog.Log) error {
					return l.Error(eventFailed, "ended with an error: "+err.Error())
				})
				return true, 1
			}
			h.tell(func(l *eventlog.Log) error { return l.Info(eventEnded, "ended") })
			return false, 0
		case c := <-wanted:
			switch c.Cmd {
			case svc.Interrogate:
				status <- c.CurrentStatus
			case svc.Stop, svc.Shutdown, svc.PreShutdown:
				status <- svc.Status{State: svc.StopPending, WaitHint: uint32(EndsWithin / time.Millisecond)}
				cancel()
			}
		}
	}
}

// tell writes into the event log; one that cannot be written stops nothing, for the log of fisbridge has it too.
func (h *handler) tell(write func(*eventlog.Log) error) {
	l, err := eventlog.Open(h.name)
	if err != nil {
		return
	}
	_ = write(l)
	_ = l.Close()
}
