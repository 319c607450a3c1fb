/**
 * An Arr as a form holds it, and as it travels. What a form does not touch is not sent: a key that was not typed stays as
 * it is, and an edit names only what changed.
 */
import type {ArrDefinition, ArrDiscovery, ArrDraft, ArrKind, ArrPatch} from '../../../api/arrs.ts'
import type {SecretField} from '../../../ui/SecretInput.tsx'
import {freeName} from '../../servers/form/address.ts'

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
export function arrFieldNamed(wireName: string): ArrFormField | null {
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
