import {useQuery} from '@tanstack/react-query'
import {configurationQuery, type Finding} from '../../api/configuration.ts'
import {text} from '../../i18n/text.ts'
import {Note} from '../../ui/Note.tsx'

/** What of config.toml is off, or says something that has no effect. Nothing where all of it is in force. */
export function ConfigurationNote() {
  const {data} = useQuery(configurationQuery)
  if (data === undefined) return null
  const findings = data.findings.filter(({severity}) => severity !== 'notice')
  const off = data.sections.filter(({is_on: isOn}) => !isOn)
  if (findings.length === 0 && off.length === 0) return null
  const isBad = findings.some(({severity}) => severity === 'error')
  return (
    <Note tone={isBad ? 'bad' : 'warn'}>
      <b>{text(isBad ? 'configuration.errors' : 'configuration.warnings')}</b>
      <ul className="my-1 grid gap-1">
        {findings.map((finding) => (
          <li
            key={`${finding.code} ${finding.path} ${finding.line} ${finding.variable}`}
            className="break-words"
          >
            {placeOf(finding)}
            {finding.message}
          </li>
        ))}
        {off.map(({section, reason}) => (
          <li key={section} className="break-words">
            {text('configuration.off', {section, reason})}
          </li>
        ))}
      </ul>
    </Note>
  )
}

function placeOf({line, path, variable}: Finding): string {
  const where = [line === null ? null : text('configuration.line', {line}), variable, path]
  const parts = where.filter((part) => part !== null)
  return parts.length === 0 ? '' : `${parts.join(', ')}: `
}
