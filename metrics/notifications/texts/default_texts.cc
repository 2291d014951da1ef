#include "metrics/notifications/texts/default_texts.h"

namespace orchestrator_exporter::notifications {

namespace {

// Receivers sort and search by these texts, so they come out as Alertmanager's do.
constexpr DefaultText kTexts[] = {
    {"__alertmanager", "Alertmanager"},
    {"__alertmanagerURL", "{{ .ExternalURL }}/#/alerts?receiver={{ urlquery .Receiver }}"},
    {"__subject",
     R"([{{ toUpper .Status }}{{ with .Alerts.Firing }}:{{ len . }}{{ end }}] )"
     R"({{ join " " .GroupLabels.Values }} )"
     R"({{ with .CommonLabels.Remove .GroupLabels.Names }}({{ join " " .Values }}){{ end }})"},
    {"__description", ""},
    {"__text_alert_list",
     R"({{ range . }}{{ print "Labels:\n" }})"
     R"({{ range .Labels.SortedPairs }}{{ printf " - %s = %s\n" .Name .Value }}{{ end }})"
     R"({{ print "Annotations:\n" }})"
     R"({{ range .Annotations.SortedPairs }}{{ printf " - %s = %s\n" .Name .Value }}{{ end }})"
     R"({{ printf "Source: %s\n" .GeneratorURL }}{{ end }})"},
    {"slack.default.title", R"({{ template "__subject" . }})"},
    {"slack.default.username", R"({{ template "__alertmanager" . }})"},
    {"slack.default.fallback",
     R"({{ template "slack.default.title" . }} | {{ template "slack.default.titlelink" . }})"},
    {"slack.default.callbackid", ""},
    {"slack.default.pretext", ""},
    {"slack.default.titlelink", R"({{ template "__alertmanagerURL" . }})"},
    {"slack.default.iconemoji", ""},
    {"slack.default.iconurl", ""},
    {"slack.default.text", ""},
    {"slack.default.footer", ""},
    {"discord.default.content", ""},
    {"discord.default.title", R"({{ template "__subject" . }})"},
    {"discord.default.message",
     R"({{ print "\n" }}{{ with .Alerts.Firing }}{{ print "\nAlerts Firing:\n" }})"
     R"({{ template "__text_alert_list" . }}{{ print "\n" }}{{ end }})"
     R"({{ print "\n" }}{{ with .Alerts.Resolved }}{{ print "\nAlerts Resolved:\n" }})"
     R"({{ template "__text_alert_list" . }}{{ print "\n" }}{{ end }}{{ print "\n" }})"},
    {"email.default.subject", R"({{ template "__subject" . }})"},
    {"email.default.text",
     R"({{ template "__subject" . }}{{ print "\n\n" }})"
     R"({{ with .Alerts.Firing }}{{ print "Alerts Firing:\n" }})"
     R"({{ template "__text_alert_list" . }}{{ print "\n" }}{{ end }})"
     R"({{ with .Alerts.Resolved }}{{ print "Alerts Resolved:\n" }})"
     R"({{ template "__text_alert_list" . }}{{ end }})"
     R"({{ print "\n" }}{{ template "__alertmanagerURL" . }}{{ print "\n" }})"},
    {"__html_alert_list", R"({{ range . }}
<table style="border-collapse: collapse; margin: 0 0 1em">
{{- range .Labels.SortedPairs }}
<tr><th align="left">{{ .Name }}</th><td>{{ .Value }}</td></tr>
{{- end }}
{{- range .Annotations.SortedPairs }}
<tr><th align="left"><i>{{ .Name }}</i></th><td>{{ .Value }}</td></tr>
{{- end }}
<tr><td colspan="2"><a href="{{ .GeneratorURL }}">Source</a></td></tr>
</table>
{{- end }})"},
    {"email.default.html", R"(<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{{ template "__subject" . }}</title></head>
<body style="font-family: sans-serif">
<p>{{ len .Alerts }} alert{{ if ne (len .Alerts) 1 }}s{{ end }} for
{{- range .GroupLabels.SortedPairs }} {{ .Name }}={{ .Value }}{{ end }}</p>
{{ with .Alerts.Firing }}<h2 style="color: #b00020">[{{ len . }}] Firing</h2>
{{- template "__html_alert_list" . }}{{ end }}
{{ with .Alerts.Resolved }}<h2 style="color: #1b7f3b">[{{ len . }}] Resolved</h2>
{{- template "__html_alert_list" . }}{{ end }}
<p><a href="{{ template "__alertmanagerURL" . }}">View in Alertmanager</a></p>
</body></html>
)"},
};

}  // namespace

std::span<const DefaultText> defaultTexts() { return kTexts; }

}  // namespace orchestrator_exporter::notifications
