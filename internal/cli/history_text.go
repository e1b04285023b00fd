package cli

import (
	"io"
	"time"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/narrate"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// historyList tells each event with its time, what it was about, and who did it; when that was always the same, once
// for all. about names the import file or result file of an event, where the reader does not know it.
func historyList(out io.Writer, width int, zone *time.Location, events []desk.Event, about func(desk.Event) say.Text) {
	if len(events) == 0 {
		return
	}
	actor := narrate.OneActor(events)
	term.Print(out, "\nhistory (%s%s)\n", zone, wording.Either(actor != "", ", all by "+actor, ""))
	l := term.Lines{Out: out, Width: width, Label: 21, Zone: zone}
	for _, e := range events {
		l.Put("  "+narrate.EventTime(e, zone), "%s", narrate.Event(e, about(e), actor == ""))
	}
}
