// Validates one exchange against a description with kin-openapi, over and over: `kin DESCRIPTION BODY PATH COUNT`.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

func check(router routers.Router, url string, body []byte) error {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	route, parameters, err := router.FindRoute(request)
	if err != nil {
		return err
	}
	asked := &openapi3filter.RequestValidationInput{Request: request, PathParams: parameters, Route: route}
	if err := openapi3filter.ValidateRequest(context.Background(), asked); err != nil {
		return err
	}
	answered := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: asked,
		Status:                 http.StatusOK,
		Header:                 http.Header{"Content-Type": []string{"application/json; charset=utf-8"}},
		Body:                   io.NopCloser(bytes.NewReader(body)),
	}
	return openapi3filter.ValidateResponse(context.Background(), answered)
}

func run(arguments []string) error {
	started := time.Now()
	document, err := openapi3.NewLoader().LoadFromFile(arguments[0])
	if err != nil {
		return err
	}
	body, err := os.ReadFile(arguments[1])
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(arguments[3])
	if err != nil {
		return err
	}
	router, err := gorillamux.NewRouter(document)
	if err != nil {
		return err
	}
	url := document.Servers[0].URL + arguments[2]
	if err := check(router, url, body); err != nil {
		return err
	}
	first := time.Since(started)
	best := time.Duration(1 << 62)
	for round := 0; round < 5; round++ {
		begun := time.Now()
		for number := 0; number < count; number++ {
			if err := check(router, url, body); err != nil {
				return err
			}
		}
		best = min(best, time.Since(begun))
	}
	fmt.Printf("%.3f %.3f\n", float64(best.Nanoseconds())/float64(count)/1000, first.Seconds())
	return nil
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
