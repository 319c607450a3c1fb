/**
 * Which facts of rules the fields of the search ask, and the fields that only rules have: each further fact of a torrent by
 * its name, `content.linksOutside` as `content_links_outside`.
 */
import {factNames, factOf, type FactName, type FactUnit} from '#model/fact.ts'
import {fieldCalled, fields, type Field} from './fields.ts'
import type {UnitFamily} from './quantities.ts'

/** Of times: by a date, and by how long ago it was. */
export interface TimeFacts {
  readonly at: FactName
  readonly since: FactName
}

const times: Readonly<Record<string, TimeFacts>> = {
  added: {at: 'addedAt', since: 'age'},
  completed: {at: 'completedAt', since: 'sinceCompleted'},
  activity: {at: 'lastActivityAt', since: 'sinceActivity'},
  created: {at: 'createdAt', since: 'sinceCreated'},
  seen_complete: {at: 'seenCompleteAt', since: 'sinceSeenComplete'},
}

/** Every text of these has to be looked through. */
const pieces: Readonly<Record<string, readonly FactName[]>> = {
  name: ['name'],
  path: ['savePath', 'contentPath'],
  message: ['message', 'tracker.message'],
  comment: ['comment'],
  creator: ['createdBy'],
}

export function timeFactsOf({name}: Field): TimeFacts | null {
  return times[name] ?? null
}

export function pieceFactsOf({name}: Field): readonly FactName[] | null {
  return pieces[name] ?? null
}

/** Of a figure: its column is the fact. */
export function quantityFactOf(field: Field): FactName | null {
  if (field.takes !== 'quantity') return null
  const {column} = field
  return isFact(column) && factOf(column).type === 'number' ? column : null
}

function isFact(name: string): name is FactName {
  return factNames.some((it) => it === name)
}

export const familyOfUnit: Readonly<Record<Exclude<FactUnit, 'epochMs'>, UnitFamily>> = {
  seconds: 'duration',
  bytes: 'size',
  bytesPerSecond: 'speed',
  share: 'share',
  count: 'count',
  plain: 'number',
}

/** Asked by fields of the search already, in their words. */
const asked: ReadonlySet<FactName> = new Set<FactName>([
  'infoHash',
  'state',
  'category',
  'tags',
  'tracker.hosts',
  'isPrivate',
  'complete',
  'server.id',
  'arr.id',
  ...Object.values(times).flatMap(({at, since}) => [at, since]),
  ...Object.values(pieces).flat(),
  ...fields.flatMap((field) => quantityFactOf(field) ?? []),
])

/** "content.linksOutside" is written `content_links_outside`. */
function fieldNameOf(fact: FactName): string {
  return fact.replaceAll('.', '_').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** Fields are of letters. */
function isWritable(field: string): boolean {
  return /^[a-z_]+$/.test(field)
}

const factByField: ReadonlyMap<string, FactName> = new Map(
  factNames
    .filter((name) => {
      const {subjects, windowed, planned} = factOf(name)
      return subjects.includes('torrent') && !windowed && !planned && !asked.has(name)
    })
    .map((name) => [fieldNameOf(name), name] as const)
    .filter(([field]) => fieldCalled(field) === null && isWritable(field)),
)
const fieldByFact = new Map([...factByField].map(([field, fact]) => [fact, field]))

/** The fact that a field is of which only rules have; `null` = there is no such field. */
export function factCalled(field: string): FactName | null {
  return factByField.get(field.toLowerCase()) ?? null
}

/** The field of a fact that only rules have; `null` = the search asks it in words of its own, or nothing does. */
export function fieldOfFact(fact: FactName): string | null {
  return fieldByFact.get(fact) ?? null
}

/** Every field that only rules have, with its fact. */
export const ruleFields: readonly (readonly [field: string, fact: FactName])[] = [...factByField]
