/**
 * Keys of a section, changed in the file where its owner has them. What comes out is read as at the start: what that
 * finds wrong is told of each key, and nothing is written that would mean anything else for another section.
 */
import {BadArgument, CommodarrError} from '#model/errors.ts'
import type {Config} from '../config.ts'
import {declaredByVariables, demandReadable, type ConfigFile} from './config-file.ts'
import {sameValue} from '../schema/diff-servers.ts'
import {isTable} from '../document.ts'
import type {FileSections, KeyFault, SectionChange} from './file-sections.ts'
import {isMistake, type Finding} from '../schema/findings.ts'
import type {TextReading} from '../load.ts'
import {addSection, editPaths, type PathEdit} from './toml-edit.ts'
import {parsed} from './toml-keys.ts'

export function fileSections(file: ConfigFile): FileSections {
  return {
    obstacle: (section) => file.obstacle(section),
    keysOf(section) {
      const table = file.inForce.raw[section]
      return isTable(table) ? table : {}
    },
    preview: (section, edits) =>
      file.look(async (text) => (await changed(file, text, section, edits)).change),
    async change(section, edits) {
      let change: SectionChange | undefined
      await file.edit(async (text) => {
        const done = await changed(file, text, section, edits)
        change = done.change
        return change.faults.length > 0 ? text : done.edited
      })
      return change!
    },
  }
}

async function changed(
  file: ConfigFile,
  text: string,
  section: string,
  edits: readonly PathEdit[],
): Promise<{change: SectionChange; edited: string}> {
  const before = await file.read(text)
  demandReadable(before)
  const edited = editPaths(
    withSection(text, section),
    edits.map(({path, value}) => ({path: [section, ...path], value})),
  )
  const after = await file.read(edited)
  const faults = [...overridden(section, edits, before), ...newFaults(section, before, after)]
  const change = {faults, before: before.config, after: after.config}
  if (faults.length === 0) demandAlone(section, change)
  return {change, edited}
}

/** `[Settings]` may be missing; servers and Arrs are there or are no business of the file. */
function withSection(text: string, section: string): string {
  if (isTable(parsed(text)[section])) return text
  if (section !== 'Settings') throw declaredByVariables(section)
  return addSection(text, section, {})
}

function overridden(section: string, edits: readonly PathEdit[], reading: TextReading): KeyFault[] {
  return edits.flatMap(({path}) => {
    const variable = reading.variableOf([section, ...path])
    return variable === null
      ? []
      : [{key: path.join('.'), found: null, accepted: `what the environment variable ${variable} says`}]
  })
}

/** What was there before stands in the way of nothing: files hold keys of programs before us. */
function newFaults(section: string, before: TextReading, after: TextReading): KeyFault[] {
  const nameOf = ({code, key, found}: Finding) => JSON.stringify([code, key, found])
  const old = new Set(before.findings.map(nameOf))
  return after.findings
    .filter((it) => it.section === section && isMistake(it) && !old.has(nameOf(it)))
    .map(({key, found, accepted, message}) => ({key: key ?? '', found, accepted: accepted ?? message}))
}

/** Older generations keep in one section what counts for another. @throws {CommodarrError} bad_argument */
function demandAlone(section: string, {before, after}: SectionChange): void {
  const off = after.off.find((it) => it.section === section)
  if (off && !before.off.some((it) => it.section === section)) {
    throw new BadArgument(`[${section}] could not be used any more: ${off.reason}.`)
  }
  const [one, other] = [others(section, before), others(section, after)]
  const touched = Object.keys(one).filter((key) => !sameValue(one[key], other[key]))
  if (touched.length === 0) return
  throw new CommodarrError(
    'bad_argument',
    `This would change more than [${section}] (${touched.join(', ')}), as the file is of an older generation; ` +
      'edit it by hand.',
  )
}

function others(section: string, config: Config): Readonly<Record<string, unknown>> {
  const isOther = ({id}: {readonly id: string}) => id !== section
  return {
    servers: config.servers.filter(isOther),
    'rules of servers': Object.fromEntries([...config.serverRules].filter(([id]) => isOther({id}))),
    arrs: config.arrs.filter(isOther),
    settings: section === 'Settings' ? null : config.settings,
    webui: config.webui,
  }
}
