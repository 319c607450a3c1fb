/**
 * An Arr as a form holds it, and as it travels. What a form does not touch is not sent: a key that was not typed stays as
 * it is, and an edit names only what changed.
 */
import {useMutation} from '@tanstack/react-query'
import {useRef, useState} from 'react'
import type {ArrCaution} from '#model/arr-service.ts'
import {
  addArr,
  changeArr,
  shareArr,
  type ArrDefinition,
  type ArrDiscovery,
  type ArrDraft,
  type ArrKind,
  type ArrPatch,
} from '../../../api/arrs.ts'
import {Problem} from '../../../api/problem.ts'
import {importServers, type Sharing} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import type {SecretField} from '../../../ui/SecretInput.tsx'
import {freeName} from '../../servers/form/address.ts'
import {faultsIn, notShared, type FormFaults} from '../../servers/form/use-server-form.ts'

export interface ArrForm {
  /** `null` = not known yet: it says so itself when it is asked. */
  readonly kind: ArrKind | null
  readonly address: string
  readonly key: SecretField
  readonly skipVerify: boolean
  readonly name: string
  readonly category: string
}

export type ArrFormField = keyof ArrForm

export const emptyArrForm: ArrForm = {
  kind: null,
  address: '',
  key: {typed: '', erase: false, state: 'none'},
  skipVerify: false,
  name: '',
  category: '',
}

export function arrFormOf(arr: ArrDefinition): ArrForm {
  const {kind, url, skip_tls_verify: skipVerify, name, category, secrets} = arr
  const key = {typed: '', erase: false, state: secrets.api_key}
  return {kind, address: url ?? '', key, skipVerify, name, category}
}

/** @param form one whose kind is known */
export function arrDraftOf(form: ArrForm, kind: ArrKind): ArrDraft {
  const {address, key, skipVerify, name, category} = form
  return {
    kind,
    name: name.trim(),
    url: address.trim(),
    category: category.trim(),
    skip_tls_verify: skipVerify,
    ...(key.typed !== '' && {api_key: key.typed.trim()}),
  }
}

/** Only what differs from how it was. */
export function arrPatchOf(before: ArrForm, after: ArrForm): ArrPatch {
  const {address, key, skipVerify, name, category} = after
  return {
    ...(name.trim() !== before.name && {name: name.trim()}),
    ...(address.trim() !== before.address && {url: address.trim()}),
    ...(category.trim() !== before.category && {category: category.trim()}),
    ...(skipVerify !== before.skipVerify && {skip_tls_verify: skipVerify}),
    ...(key.typed === '' ? key.erase && {api_key: null} : {api_key: key.typed.trim()}),
  }
}

const wireNames: Readonly<Record<string, ArrFormField>> = {
  kind: 'kind',
  url: 'address',
  api_key: 'key',
  skip_tls_verify: 'skipVerify',
  name: 'name',
  category: 'category',
}

/** Which field of the form the server speaks of; `null` = none of them. */
function arrFieldNamed(wireName: string): ArrFormField | null {
  return wireNames[wireName] ?? null
}

/** An API key of an Arr is whole: what is typed before is not worth a question. */
export function isWholeKey(typed: string): boolean {
  return /^[0-9a-f]{32}$/i.test(typed.trim())
}

/** Categories under which an Arr puts its downloads, those of servers that it uses first. */
export function categoriesOf({servers}: Pick<ArrDiscovery, 'servers'>): readonly string[] {
  const inUse = servers.toSorted((a, b) => Number(b.enabled) - Number(a.enabled))
  return [...new Set(inUse.flatMap(({categories}) => categories))]
}

/** What an Arr tells of itself, for the fields that nobody has filled in. @param taken names that others have */
export function withFound(
  form: ArrForm,
  own: ReadonlySet<ArrFormField>,
  found: ArrDiscovery,
  taken: readonly string[],
): ArrForm {
  const {kind, name, app} = found.arr
  const [category] = categoriesOf(found)
  return {
    ...form,
    ...(!own.has('kind') && {kind}),
    ...(!own.has('name') && {name: freeName(name === '' ? app : name, taken)}),
    ...(!own.has('category') && category !== undefined && {category}),
  }
}

/** A torrent server that an Arr uses and that comes with it once the form is saved. */
export interface SelectedServer {
  /** As the Arr calls it. */
  readonly name: string
  /** What the Arr told, and which of it this is. */
  readonly list: ArrDiscovery['list']
  readonly item: number
  readonly secrets: ServerSecrets
}

interface ServerSecrets {
  readonly password?: string
  readonly api_key?: string
}

type Faults = FormFaults<ArrFormField>

export interface ArrFormState {
  readonly form: ArrForm
  readonly set: (change: Partial<ArrForm>) => void
  /** The Arr told of itself: it fills in what nobody has. */
  readonly take: (found: ArrDiscovery) => void
  readonly faults: Faults
  readonly sharing: Sharing
  readonly setSharing: (sharing: Sharing) => void
  /** Servers that are added with it; those of another address or key are none of them. */
  readonly selected: readonly SelectedServer[]
  readonly select: (server: SelectedServer) => void
  readonly leaveOut: (item: number) => void
  /** Which found servers may be one that is here, by their place in the list, and what was answered; `null` = nothing yet. */
  readonly questions: ReadonlyMap<number, Answer | null>
  /** Is it one that is here? `null` = it is asked (again). */
  readonly answer: (item: number, answer: Answer | null) => void
  /** What its rules may do once it is added. */
  readonly caution: ArrCaution
  readonly setCaution: (caution: ArrCaution) => void
  readonly save: () => void
  readonly isSaving: boolean
  /** Rises when a mistake was found: then the first field with one takes the focus. */
  readonly refused: number
}

/** Whether a found server is one that is here already. */
export type Answer = 'same' | 'another'

/** What has to be answered before anything is added. */
export function openQuestions({questions}: Pick<ArrFormState, 'questions'>): number {
  return [...questions.values()].filter((answer) => answer === null).length
}

/** Found servers that may be one that is here: never by their names. */
function questionsIn({servers}: Pick<ArrDiscovery, 'servers'>): ReadonlyMap<number, null> {
  return new Map(
    servers.flatMap(({item, enabled, known, may_be: mayBe}) =>
      item === null || !enabled || known !== null || mayBe.length === 0 ? [] : [[item, null] as const],
    ),
  )
}

interface SavedArr {
  readonly id: string
  readonly name: string
  /** What the change means for its manager; `null` = it is new. */
  readonly effect: 'none' | 'live' | 'restart' | null
}

/**
 * An Arr while it is typed.
 *
 * @param edited `null` = it is new
 * @param names that others have
 * @param asksCaution whoever adds it says what its rules may do; else that is said elsewhere
 */
export function useArrForm(
  edited: ArrDefinition | null,
  names: readonly string[],
  asksCaution: boolean,
  onSaved: (saved: SavedArr) => void,
): ArrFormState {
  const [before] = useState(() => (edited === null ? emptyArrForm : arrFormOf(edited)))
  const [form, setForm] = useState(before)
  const [faults, setFaults] = useState<Faults>({fields: {}, whole: null})
  const [sharing, setSharing] = useState(notShared)
  const [refused, setRefused] = useState(0)
  const [selected, setSelected] = useState<readonly SelectedServer[]>([])
  const [caution, setCaution] = useState<ArrCaution>('watch')
  const [questions, setQuestions] = useState<ArrFormState['questions']>(new Map())
  /** What somebody filled in himself. */
  const own = useRef(new Set<ArrFormField>(edited === null ? [] : ['kind', 'name', 'category']))

  const set = (change: Partial<ArrForm>) => {
    const fields = Object.keys(change) as ArrFormField[]
    for (const field of fields) {
      // What was emptied may be filled in again.
      if (change[field] === '') own.current.delete(field)
      else own.current.add(field)
    }
    if (fields.some((field) => waysIn.has(field))) {
      setSelected([])
      setQuestions(new Map())
    }
    setForm((known) => ({...known, ...change}))
    setFaults((known) => without(known, fields))
  }
  const saving = useMutation({
    mutationFn: async (): Promise<SavedArr> => {
      if (edited !== null) {
        const {effect, arr} = await changeArr(edited.id, arrPatchOf(before, form))
        await addServers(selected)
        return {id: arr.id, name: arr.name, effect}
      }
      // With the Arr itself: there is no moment in which its rules do anything else.
      const {id, name} = await addArr({...arrDraftOf(form, form.kind!), ...(asksCaution && {caution})})
      await share(id, name, sharing)
      await addServers(selected)
      return {id, name, effect: null}
    },
    onSuccess: onSaved,
    onError: (error) => refuse(faultsIn(error, arrFieldNamed)),
  })
  const refuse = (found: Faults) => {
    setFaults(found)
    setRefused((times) => times + 1)
  }
  const save = () => {
    const missing = missingIn(form, edited === null)
    if (missing === null) saving.mutate()
    else refuse({fields: missing, whole: null})
  }
  return {
    form,
    set,
    faults,
    sharing,
    setSharing,
    save,
    refused,
    selected,
    select: (server) => setSelected((all) => [...all.filter(({item}) => item !== server.item), server]),
    leaveOut: (item) => setSelected((all) => all.filter((it) => it.item !== item)),
    caution,
    setCaution,
    questions,
    answer: (item, answer) => {
      setQuestions((all) => new Map(all).set(item, answer))
      if (answer !== 'another') setSelected((all) => all.filter((it) => it.item !== item))
    },
    take: (found) => {
      // It may tell of others now, by other numbers.
      setSelected([])
      setQuestions(questionsIn(found))
      setForm((known) => withFound(known, own.current, found, names))
    },
    isSaving: saving.isPending,
  }
}

function without({fields, whole}: Faults, gone: readonly ArrFormField[]): Faults {
  const left = Object.entries(fields).filter(([name]) => !gone.includes(name as ArrFormField))
  return {whole, fields: Object.fromEntries(left)}
}

function missingIn({kind, address, key, name, category}: ArrForm, isNew: boolean): Faults['fields'] | null {
  if (address.trim() === '') return {address: text('arr.form.address.missing')}
  if (isNew && key.typed.trim() === '') return {key: text('arr.form.key.missing')}
  if (kind === null) return {kind: text('arr.form.kind.missing')}
  if (name.trim() === '') return {name: text('server.form.name.missing')}
  return category.trim() === '' ? {category: text('arr.form.category.missing')} : null
}

/** The Arr is there already: what it cannot be shared with is told, and does not undo it. */
async function share(id: string, name: string, sharing: Sharing): Promise<void> {
  if (sharing.everyone === null && sharing.users.length === 0) return
  try {
    await shareArr(id, sharing)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    toast({text: text('server.share.failed', {name, why: error.message}), tone: 'bad'})
  }
}

const waysIn: ReadonlySet<ArrFormField> = new Set<ArrFormField>(['address', 'key', 'skipVerify'])

/** The Arr is there already: a server that cannot be added is told, and undoes neither it nor the others. */
async function addServers(selected: readonly SelectedServer[]): Promise<void> {
  for (const server of selected) {
    try {
      await importFound(server, false)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      toast({text: text('arr.found.failed', {name: server.name, why: error.message}), tone: 'bad'})
    }
  }
}

/**
 * One server of what an Arr told, the others left out.
 * @param isPreview nothing is added
 * @returns what speaks against it @throws {Error} with its words when it cannot be added
 */
export async function importFound(
  {list, item, secrets}: Omit<SelectedServer, 'name'>,
  isPreview: boolean,
): Promise<readonly string[]> {
  const choices = list.servers.map((_, at) =>
    at === item ? {item: at, ...secrets} : {item: at, do: 'skip' as const},
  )
  const {items} = await importServers({json: list, preview: isPreview, choices})
  const done = items.find((it) => it.item === item)
  if (done === undefined || (isPreview ? done.action === 'refused' : done.status !== 'done')) {
    throw new Error(done?.message ?? text('arr.found.not-added'))
  }
  return done.warnings
}
