//go:build !windows

package winservice

import "context"

// Install is for Windows.
func Install(Service) error { return ErrNoWindows }

// Uninstall is for Windows.
func Uninstall(string) error { return ErrNoWindows }

// Start is for Windows.
func Start(string) error { return ErrNoWindows }

// Stop is for Windows.
func Stop(context.Context, string) error { return ErrNoWindows }

// State is for Windows.
func State(string) (string, error) { return "", ErrNoWindows }

// Run is for Windows.
func Run(context.Context, string, func(context.Context) error) error { return ErrNoWindows }
