// Closes orders the way the original does: asynq holds a delayed task for each order, and the
// task asks the order service, over HTTP, to close it.
//
// It reads order numbers from standard input, a line each, schedules a task for each, prints
// "scheduled" and works until standard input's owner ends it.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/hibiken/asynq"
)

func main() {
	redis := flag.String("redis", "", "address of Redis")
	closeURL := flag.String("close", "", "what to POST an order's number to, at the end of the path")
	at := flag.Int64("at", 0, "when the orders are due, in milliseconds since 1970")
	concurrency := flag.Int("concurrency", 50, "how many tasks run at once")
	flag.Parse()

	options := asynq.RedisClientOpt{Addr: *redis}
	if err := schedule(options, time.UnixMilli(*at)); err != nil {
		log.Fatal(err)
	}
	fmt.Println("scheduled")

	transport := &http.Transport{MaxIdleConnsPerHost: *concurrency}
	client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
	work := func(ctx context.Context, task *asynq.Task) error {
		return post(ctx, client, *closeURL+string(task.Payload()))
	}
	server := asynq.NewServer(options, asynq.Config{
		Concurrency: *concurrency,
		// Five seconds by default: orders would be late by up to as much.
		DelayedTaskCheckInterval: time.Second,
		LogLevel:                 asynq.ErrorLevel,
	})
	if err := server.Run(asynq.HandlerFunc(work)); err != nil {
		log.Fatal(err)
	}
}

func schedule(options asynq.RedisClientOpt, due time.Time) error {
	client := asynq.NewClient(options)
	defer client.Close()
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		task := asynq.NewTask("close-order", []byte(lines.Text()))
		if _, err := client.Enqueue(task, asynq.ProcessAt(due)); err != nil {
			return err
		}
	}
	return lines.Err()
}

func post(ctx context.Context, client *http.Client, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusNoContent {
		return fmt.Errorf("the order service answers %d", response.StatusCode)
	}
	return nil
}
