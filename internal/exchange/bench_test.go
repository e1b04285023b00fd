package exchange

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

// BenchmarkDrop delivers a file of FISBRIDGE_BENCH_MB (200) megabytes to a real OpenSSH server, connection and login included,
// beside the OpenSSH clients in the same run: without delay, and through a proxy with a round trip of 40 ms.
//
//	go test ./internal/exchange -run - -bench Drop -benchtime 3x
func BenchmarkDrop(b *testing.B) {
	size := 200
	if n, err := strconv.Atoi(os.Getenv("FISBRIDGE_BENCH_MB")); err == nil {
		size = n
	}
	server := startOpenSSH(b)
	file := bigFile(b, int64(size)*1_000_000)
	for _, rtt := range []time.Duration{0, 40 * time.Millisecond} {
		at := server.addr
		if rtt > 0 {
			at = delayed(b, server.addr.String(), rtt/2)
		}
		clients := map[string]func(b *testing.B, name string){
			"fisbridge": func(b *testing.B, name string) { benchOurs(b, server, at, file, name) },
			"sftp":      func(b *testing.B, name string) { benchSFTP(b, server, at, file, name) },
			"scp":       func(b *testing.B, name string) { benchSCP(b, server, at, file, name) },
		}
		for _, client := range []string{"fisbridge", "sftp", "scp"} {
			b.Run(fmt.Sprintf("rtt=%s/%s", rtt, client), func(b *testing.B) {
				b.SetBytes(int64(size) * 1_000_000)
				for i := range b.N {
					name := fmt.Sprintf("%s-%d.bin", client, i)
					clients[client](b, name)
					b.StopTimer()
					if fi, err := os.Stat(filepath.Join(server.folder, name)); err != nil || fi.Size() != int64(size)*1_000_000 {
						b.Fatalf("arrived: %v %v", fi, err)
					}
					os.Remove(filepath.Join(server.folder, name))
					b.StartTimer()
				}
			})
		}
	}
}

func bigFile(b *testing.B, size int64) string {
	p := filepath.Join(b.TempDir(), "big")
	f, err := os.Create(p)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	for n := int64(0); n < size; n++ {
		_ = w.WriteByte(byte(n * 2654435761 >> 13))
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		b.Fatal(err)
	}
	return p
}

func benchOurs(b *testing.B, o *openssh, at net.TCPAddr, file, name string) {
	target := o.target()
	target.Port, target.KnownHosts, target.Fingerprints = at.Port, "", []string{o.fingerprint}
	d, err := OpenDrop(target, Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	fi, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	temp := d.TempName(name, "1a")
	if err := d.Upload(context.Background(), temp, fi.Size(), func() (io.ReadCloser, error) { return os.Open(file) }); err != nil {
		b.Fatal(err)
	}
	if err := d.Publish(context.Background(), temp, name); err != nil {
		b.Fatal(err)
	}
}

// options are those of both OpenSSH clients.
func (o *openssh) options(at net.TCPAddr) []string {
	return []string{"-q", "-P", strconv.Itoa(at.Port), "-i", o.key, "-F", "none", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
		"-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=" + o.knownHosts, "-o", "HostKeyAlias=[127.0.0.1]:" + strconv.Itoa(o.addr.Port)}
}

func benchSFTP(b *testing.B, o *openssh, at net.TCPAddr, file, name string) {
	batch := filepath.Join(b.TempDir(), "batch")
	write(b, batch, fmt.Sprintf("put %s %s/.%s.part\nrename %s/.%s.part %s/%s\n", file, o.folder, name, o.folder, name, o.folder, name))
	benchRun(b, external(b, "sftp"), append(o.options(at), "-b", batch, o.user+"@127.0.0.1")...)
}

func benchSCP(b *testing.B, o *openssh, at net.TCPAddr, file, name string) {
	benchRun(b, external(b, "scp"), append(o.options(at), file, o.user+"@127.0.0.1:"+o.folder+"/"+name)...)
}

func benchRun(b *testing.B, name string, args ...string) {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		b.Fatalf("%s: %v: %s", name, err, out)
	}
}

// delayed is a proxy that delivers every byte one-way time later than it came, and no slower.
func delayed(b *testing.B, to string, oneWay time.Duration) net.TCPAddr {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to)
			if err != nil {
				in.Close()
				continue
			}
			wg.Go(func() { delay(out, in, oneWay) })
			wg.Go(func() { delay(in, out, oneWay) })
		}
	})
	b.Cleanup(func() { l.Close(); wg.Wait() })
	return *l.Addr().(*net.TCPAddr)
}

func delay(to, from net.Conn, d time.Duration) {
	type packet struct {
		due  time.Time
		data []byte
	}
	queue := make(chan packet, 4096)
	go func() {
		defer close(queue)
		for {
			buf := make([]byte, 32*1024)
			n, err := from.Read(buf)
			if n > 0 {
				queue <- packet{time.Now().Add(d), buf[:n]}
			}
			if err != nil {
				return
			}
		}
	}()
	for p := range queue {
		time.Sleep(time.Until(p.due))
		if _, err := to.Write(p.data); err != nil {
			break
		}
	}
	to.Close()
	from.Close()
	for range queue {
	}
}
