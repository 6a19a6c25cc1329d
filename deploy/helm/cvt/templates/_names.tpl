{{- define "cvt.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "cvt.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "cvt.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "cvt.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "cvt.selector" -}}
app.kubernetes.io/name: {{ include "cvt.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "cvt.labels" -}}
{{ include "cvt.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end -}}

{{- /* More labels beside ours, which they cannot replace. */ -}}
{{- define "cvt.labelsWith" -}}
{{- toYaml (merge (fromYaml (include "cvt.labels" .chart)) .more) -}}
{{- end -}}

{{- define "cvt.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "cvt.fullname" .) -}}
{{- end -}}

{{- define "cvt.claim" -}}
{{- .Values.persistence.existingClaim | default (include "cvt.fullname" .) -}}
{{- end -}}

{{- define "cvt.scheme" -}}
{{- if .Values.tls.existingSecret }}https{{ else }}http{{ end -}}
{{- end -}}
