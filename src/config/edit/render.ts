/** The findings as `check-config` prints them, and as the start does. */
import type {LoadedConfig} from '../config.ts'
import {sectionStates} from '../section-states.ts'
import {visible, type Finding, type Severity} from '../document/findings.ts'

const colours: Readonly<Record<Severity | 'good' | 'dim' | 'bold', string>> = {
  error: '31',
  warning: '33',
  notice: '36',
  good: '32',
  dim: '2',
  bold: '1',
}

type Paint = (text: string, colour: keyof typeof colours) => string

/** Every finding with line and key, grouped by section in the order of the file, and a verdict in the last line. */
export function renderFindings(loaded: LoadedConfig, {color}: {color: boolean}): string {
  const paint: Paint = (text, colour) => (color ? `\u001b[${colours[colour]}m${text}\u001b[0m` : text)
  const groups = Map.groupBy(loaded.findings, (finding) => finding.section)
  const blocks = [...groups].map(([section, findings]) =>
    [heading(section, paint), ...findings.map((finding) => renderFinding(finding, paint))].join('\n'),
  )
  return [
    `Configuration: ${loaded.path ?? `none (${loaded.expectedPath})`}`,
    ...blocks,
    ...sectionBlock(loaded, paint),
    ...variableBlock(loaded),
    verdict(loaded, paint),
  ].join('\n\n')
}

/** 0 when everything that was asked for is in force. */
export function findingsExitCode(loaded: LoadedConfig): 0 | 1 {
  return loaded.findings.some(({severity}) => severity === 'error') ? 1 : 0
}

function heading(section: string | null, paint: Paint): string {
  return paint(section === null ? 'The file as a whole' : `[${visible(section)}]`, 'bold')
}

function renderFinding(finding: Finding, paint: Paint): string {
  const head = `  ${paint(finding.severity, finding.severity)} ${placeOf(finding)}`
  const details = [
    finding.found === null ? null : `found ${finding.found}`,
    finding.accepted === null ? null : `accepted: ${finding.accepted}`,
  ].filter((detail) => detail !== null)
  const rest = details.length === 0 ? '' : `\n      ${paint(details.join('; '), 'dim')}`
  return `${head}${finding.message}${rest}`
}

function placeOf({line, column, key, variable}: Finding): string {
  const where = [
    line === null ? null : `line ${line}${key === null && column !== null ? `, column ${column}` : ''}`,
    variable,
    key,
  ].filter((part) => part !== null)
  return where.length === 0 ? '' : `${where.join(', ')}: `
}

function verdict(loaded: LoadedConfig, paint: Paint): string {
  const count = (severity: Severity): number =>
    loaded.findings.filter((finding) => finding.severity === severity).length
  const figures = (['error', 'warning', 'notice'] as const)
    .filter((severity) => count(severity) > 0)
    .map((severity) => `${count(severity)} ${severity}${count(severity) === 1 ? '' : 's'}`)
    .join(', ')
  const states = sectionStates(loaded)
  const on = states.filter(({isOn}) => isOn)
  const off = states.length - on.length
  const servers = on.filter(({isServer}) => isServer).length
  const what = `${several(servers, 'server')}, ${several(on.length - servers, 'Arr')}${off > 0 ? `; off: ${off}` : ''}`
  if (count('error') > 0) return paint(`Not all of it can be used: ${figures}. In force: ${what}.`, 'error')
  if (figures !== '')
    return paint(`It can be used: ${figures}. In force: ${what}.`, count('warning') > 0 ? 'warning' : 'good')
  if (on.length === 0)
    return paint(`It can be read, and no section of it runs. In force: ${what}.`, 'warning')
  return paint(`All is well. In force: ${what}.`, 'good')
}

/** Each section of a server or an Arr, on or off and why. */
function sectionBlock(loaded: LoadedConfig, paint: Paint): string[] {
  const states = sectionStates(loaded)
  if (states.length === 0) return []
  const width = Math.max(...states.map(({section}) => section.length + 2))
  const lines = states.map(({section, isOn, reason}) => {
    const name = visible(`[${section}]`).padEnd(width)
    return `  ${name}  ${isOn ? paint('on', 'good') : `${paint('off', 'warning')}: ${visible(reason)}`}`
  })
  return [[paint('Sections', 'bold'), ...lines].join('\n')]
}

function variableBlock({variables}: LoadedConfig): string[] {
  if (variables.length === 0) return []
  return [
    ['From the environment', ...variables.map(({key, variable}) => `  ${visible(key)} by ${variable}`)].join(
      '\n',
    ),
  ]
}

function several(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
