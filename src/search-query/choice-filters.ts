/** Terms that choose among values, to parts of the filter. */
import {serverKinds} from '#clients/kinds/kinds.ts'
import {didYouMean} from '#lib/did-you-mean.ts'
import type {ArrId} from '#model/arr.ts'
import {importStatuses, type ImportStatus, type TorrentState} from '#model/torrent.ts'
import {selectedBy, excludes, takesSeveral, type SelectedValues} from './choice-terms.ts'
import {
  isWords,
  noneWord,
  yesOrNo,
  type Field,
  type IsWord,
  type NamesField,
  type PieceField,
  type QuantityField,
  type TimeAsked,
} from './fields.ts'
import {choiceFrom, type FilterDraft, type Flag} from './filter-draft.ts'
import type {Reader} from './filter-of.ts'
import type {MistakeCode, Mistakes} from './mistakes.ts'
import {printedValue} from './printing.ts'
import {arrsCalled, hostsCalled, kindCalled, serversCalled} from './servers.ts'
import {stateCalledElsewhere, statesCalled, stateWords} from './states.ts'
import type {FieldTerm, Value} from './terms.ts'

type ChoiceField = Exclude<Field, QuantityField | TimeAsked>

/** Adds what `terms`, all of one field, choose. */
export function select(
  field: ChoiceField,
  terms: readonly FieldTerm[],
  reader: Reader,
  draft: FilterDraft,
  mistakes: Mistakes,
): void {
  const fitting = terms.filter((term) => mistakes.demandOperator(term, [':', '=', '!=']))
  const selected = (read: (value: Value, term: FieldTerm) => readonly string[]) =>
    selectedBy(fitting, takesSeveral(field), read)
  const word = wordReader(field, mistakes)
  switch (field.takes) {
    case 'server':
      return selectServers(selected(serverReader(reader, mistakes)), draft)
    case 'kind':
      return selectKinds(selected(word(serverKinds, (it) => wrapped(kindCalled(it)))), reader, draft)
    case 'state':
      return selectStates(selected(word(Object.keys(stateWords), statesCalled, stateCalledElsewhere)), draft)
    case 'private':
      return selectPrivate(selected(word(['yes', 'no'], (it) => wrapped(yesOrNo(it)?.toString()))), draft)
    case 'hash':
      return selectHashes(fitting, draft, mistakes)
    case 'is':
      return selectFlags(fitting, word(isWords, isWordCalled, isWordElsewhere), draft, mistakes)
    case 'names':
      return selectNames(field, selected(nameReader(field, reader)), draft, mistakes)
    case 'only':
      return selectOnly(fitting, reader, draft, mistakes)
    case 'piece':
      return selectPieces(field, selected(pieceReader(mistakes)), draft)
    case 'arr':
      return selectArrs(selected(arrReader(reader, mistakes)), draft)
    case 'item':
      return selectItems(selected(pieceReader(mistakes)), draft, mistakes)
    case 'import':
      return selectImports(selected(word(importStatuses, importCalled)), draft)
  }
}

type ReadValue = (value: Value, term: FieldTerm) => readonly string[]

function wrapped(word: string | null | undefined): readonly string[] | null {
  return word === null || word === undefined ? null : [word]
}

const unknownWords: Readonly<Partial<Record<ChoiceField['takes'], string>>> = {
  state: 'unknown state',
  kind: 'unknown kind',
  private: 'neither yes nor no',
}

/** Reads words of which there are only so many. */
function wordReader({takes}: ChoiceField, mistakes: Mistakes) {
  const says = unknownWords[takes] ?? 'unknown word'
  return (
    accepted: readonly string[],
    read: (word: string) => readonly string[] | null,
    elsewhere: (word: string) => string | null = () => null,
  ): ReadValue =>
    (value, term) => {
      const known = read(value.text)
      if (known) return known
      const suggestion = elsewhere(value.text) ?? didYouMean(value.text, accepted)
      mistakes.add({code: 'unknown_value', term, at: value, says, accepted, suggestion})
      return []
    }
}

/** There may be thousands. */
const mostNamed = 50

function serverReader({servers}: Reader, mistakes: Mistakes): ReadValue {
  return (value, term) => {
    const ids = serversCalled(value.text, servers)
    if (ids.length > 0) return ids
    const names = [...new Set(servers.map(({name}) => name))]
    const accepted = names.slice(0, mostNamed)
    const meant = didYouMean(value.text, names)
    const suggestion = meant && printedValue(meant)
    mistakes.add({code: 'unknown_server', term, at: value, says: 'unknown server', accepted, suggestion})
    return []
  }
}

function selectServers({any, none}: SelectedValues, draft: FilterDraft): void {
  if (any.length + none.length > 0) draft.servers({any: any.length > 0 ? any : null, none})
}

/** A kind that no server is of finds nothing. */
function selectKinds({any, none}: SelectedValues, {servers}: Reader, draft: FilterDraft): void {
  if (any.length + none.length === 0) return
  const of = (kinds: readonly string[]) => servers.filter((it) => kinds.includes(it.kind)).map((it) => it.id)
  draft.servers({any: any.length > 0 ? of(any) : null, none: of(none)})
}

function selectStates(selected: SelectedValues, draft: FilterDraft): void {
  const choice = choiceFrom<TorrentState>(selected)
  if (choice) draft.states(choice)
}

/** Either answer is one that is known. */
function selectPrivate({any, none}: SelectedValues, draft: FilterDraft): void {
  const left = ['true', 'false'].filter((it) => (any.length === 0 || any.includes(it)) && !none.includes(it))
  if (left.length === 0) draft.nothing()
  if (left.length === 1) draft.flag('private', left[0] === 'true')
  if (left.length === 2 && any.length > 0) draft.group([{private: true}, {private: false}])
}

function isNone({text, quoted}: Pick<Value, 'text' | 'quoted'>): boolean {
  return !quoted && text.toLowerCase() === noneWord
}

function nameReader(field: NamesField, {trackers = []}: Reader): ReadValue {
  return ({text, quoted}) => {
    if (isNone({text, quoted})) return ['']
    return field.part === 'trackers' ? hostsCalled(text, trackers) : [text]
  }
}

/** Of each term all trackers of a torrent are among its values. */
function selectOnly(
  terms: readonly FieldTerm[],
  {trackers = []}: Reader,
  draft: FilterDraft,
  mistakes: Mistakes,
): void {
  const among = terms.flatMap((term) => {
    const none = term.values.find(isNone)
    if (none === undefined) {
      const hosts = [...new Set(term.values.flatMap(({text}) => hostsCalled(text, trackers)))]
      return [{hosts, negated: excludes(term)}]
    }
    const says = 'torrents without a tracker are asked for otherwise'
    const suggestion = `${excludes(term) ? '-' : ''}tracker:${noneWord}`
    mistakes.add({code: 'unknown_value', term, at: term, says, suggestion})
    return []
  })
  draft.onlyTrackers(among)
}

function selectNames(
  field: NamesField,
  selected: SelectedValues,
  draft: FilterDraft,
  mistakes: Mistakes,
): void {
  const choice = choiceFrom(selected)
  if (choice) draft.names(field.part, choice)
  for (const {term} of selected.further) {
    const says = `there is room for one list of ${field.name}s`
    mistakes.add({code: 'one_list_only', term, at: term, says})
  }
}

function pieceReader(mistakes: Mistakes): ReadValue {
  return (value, term) => {
    if (value.text !== '') return [value.text]
    mistakes.add({code: 'value_missing', term, at: value, says: 'a value is missing'})
    return []
  }
}

function selectPieces({columns}: PieceField, selected: SelectedValues, draft: FilterDraft): void {
  const choice = choiceFrom(selected)
  if (choice) draft.contains(columns, choice)
  for (const {any} of selected.further) draft.contains(columns, {any})
}

function arrReader({arrs}: Reader, mistakes: Mistakes): ReadValue {
  return (value, term) => {
    if (isNone(value)) return ['']
    const ids = arrsCalled(value.text, arrs)
    if (ids.length > 0) return ids
    const accepted = [...new Set(arrs.map(({name}) => name))].slice(0, mostNamed)
    const meant = didYouMean(value.text, accepted)
    const suggestion = meant && printedValue(meant, [noneWord])
    mistakes.add({code: 'unknown_arr', term, at: value, says: 'unknown Arr', accepted, suggestion})
    return []
  }
}

function selectArrs(selected: SelectedValues, draft: FilterDraft): void {
  const choice = choiceFrom<ArrId | ''>(selected)
  if (choice) draft.arrs(choice)
}

function selectItems(selected: SelectedValues, draft: FilterDraft, mistakes: Mistakes): void {
  const choice = choiceFrom(selected)
  if (choice) draft.arrItems(choice)
  for (const {term} of selected.further) {
    mistakes.add({code: 'one_list_only', term, at: term, says: 'there is room for one list of items'})
  }
}

function importCalled(word: string): readonly string[] | null {
  const lower = word.toLowerCase()
  return wrapped(importStatuses.find((it) => it === lower))
}

function selectImports(selected: SelectedValues, draft: FilterDraft): void {
  const choice = choiceFrom<ImportStatus>(selected)
  if (choice) draft.arrImports(choice)
}

const hashShape = /^[0-9a-f]{1,64}$/
/** A torrent is known by so many digits of its hash, also by a v2 hash, which has 64. */
const HASH_DIGITS = 40

function selectHashes(terms: readonly FieldTerm[], draft: FilterDraft, mistakes: Mistakes): void {
  const {any} = selectedBy(terms, false, (value, term) => {
    const hash = value.text.toLowerCase()
    const complain = (code: MistakeCode, says: string) => mistakes.add({code, term, at: value, says})
    if (!hashShape.test(hash)) complain('not_a_hash', 'a hash begins with up to 64 digits 0 to 9 and a to f')
    else if (excludes(term)) complain('not_excludable', 'a hash cannot be excluded')
    else return [hash.slice(0, HASH_DIGITS)]
    return []
  })
  if (any.length > 0) draft.hashes(any)
}

const flags: Readonly<Record<IsWord, readonly [Flag, boolean]>> = {
  complete: ['complete', true],
  incomplete: ['complete', false],
  active: ['active', true],
  inactive: ['active', false],
  duplicate: ['duplicate', true],
  problem: ['trackerProblem', true],
  attention: ['attention', true],
  stale: ['stale', true],
  private: ['private', true],
  public: ['private', false],
}

function isWordCalled(word: string): readonly string[] | null {
  const lower = word.toLowerCase()
  return wrapped(isWords.find((it) => it === lower))
}

/** What `is` does not know may be a state. */
function isWordElsewhere(word: string): string | null {
  return (
    {completed: 'complete', finished: 'complete', done: 'complete', unfinished: 'incomplete'}[word] ?? null
  )
}

function selectFlags(
  terms: readonly FieldTerm[],
  read: ReadValue,
  draft: FilterDraft,
  mistakes: Mistakes,
): void {
  for (const term of terms) {
    const words = term.values.flatMap((value) => read(value, term)) as IsWord[]
    if (words.length > 1 && !excludes(term)) {
      const suggestion = words.map((word) => `is:${word}`).join(' ')
      mistakes.add({code: 'one_value_only', term, at: term, says: 'is takes one word at a time', suggestion})
      continue
    }
    for (const word of words) {
      const [flag, wanted] = flags[word]
      draft.flag(flag, wanted !== excludes(term))
    }
  }
}
