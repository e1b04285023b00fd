// Command fisbridge turns approved Concur documents into the import files of an ERP, and tells Concur what the ERP did
// with them.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // schedules name time zones, also on machines that have no zone files

	"github.com/fisbridge/fisbridge/internal/cli"
)

func main() {
	easyCollector()
	ctx, stop := signal.NotifyContext(context.Background(), ends()...)
	go func() {
		<-ctx.Done()
		stop() // a second signal ends the program at once
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// ends are the signals that end the program cleanly: Ctrl-C, a service manager, and the closing of its terminal. Those
// that were ignored when it was started stay ignored, for nohup and for shells that start it in the background.
func ends() []os.Signal {
	list := []os.Signal{syscall.SIGTERM}
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			list = append(list, s)
		}
	}
	return list
}

// run is main for tests: everything a process has comes in, the exit code goes out.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return cli.Run(ctx, args, stdin, stdout, stderr)
}
