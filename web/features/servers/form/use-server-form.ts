import {useMutation} from '@tanstack/react-query'
import {useEffect, useRef, useState} from 'react'
import {Problem} from '../../../api/problem.ts'
import {
  addServer,
  changeServer,
  shareServer,
  type ServerDefinition,
  type Sharing,
} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {proposedName, understand, type Understood} from './address.ts'
import {draftOf, fieldNamed, patchOf, type FormField, type ServerForm} from './server-form.ts'

export const notShared: Sharing = {everyone: null, users: []}

export interface ServerFormState {
  readonly form: ServerForm
  readonly set: (change: Partial<ServerForm>) => void
  readonly faults: FormFaults
  readonly understood: Understood | null
  readonly isAdministrator: boolean
  /** Of a server that is there; `null` = it is new. */
  readonly before: {readonly id: string; readonly form: ServerForm} | null
  readonly sharing: Sharing
  readonly setSharing: (sharing: Sharing) => void
  readonly save: () => void
  readonly isSaving: boolean
  /** Taken when none is chosen; `null` = the page's, by its place. */
  readonly proposedColour: string | null
  /** Rises when a mistake was found: then the first field with one takes the focus. */
  readonly refused: number
}

interface FormDeps {
  readonly initial: ServerForm
  readonly id: string | null
  readonly isAdministrator: boolean
  /** Names that are taken. */
  readonly names: readonly string[]
  /** Of a new server. */
  readonly proposedColour: string | null
  readonly onSaved: (server: ServerDefinition) => void
}

/** A server while it is typed. What was typed stays, whatever the server says of it. */
export function useServerForm(parts: FormDeps): ServerFormState {
  const {initial, id, isAdministrator, names, proposedColour, onSaved} = parts
  const [form, setForm] = useState(initial)
  const [faults, setFaults] = useState<FormFaults>({fields: {}, whole: null})
  const [sharing, setSharing] = useState(notShared)
  const [refused, setRefused] = useState(0)
  const isNameOwn = useRef(initial.name !== '')
  const understood = understand(form.address, form.kind, form.username !== '')
  const before = id === null ? null : {id, form: initial}

  const set = (change: Partial<ServerForm>) => {
    if (change.name !== undefined) isNameOwn.current = change.name !== ''
    setForm((known) => named({...known, ...change}, isNameOwn.current, names))
    setFaults((known) => without(known, Object.keys(change) as FormField[]))
  }
  const saving = useMutation({
    mutationFn: async () => {
      if (before !== null) return changeServer(before.id, patchOf(initial, form, isAdministrator))
      const server = await addServer(
        draftOf({...form, colour: form.colour ?? proposedColour}, isAdministrator),
      )
      await share(server, sharing)
      return server
    },
    onSuccess: onSaved,
    onError: (error) => {
      setFaults(faultsOf(error))
      setRefused((times) => times + 1)
    },
  })
  const save = () => {
    const missing = missingIn(form)
    if (missing === null) return saving.mutate()
    setFaults({fields: missing, whole: null})
    setRefused((times) => times + 1)
  }
  return {
    form,
    set,
    faults,
    understood,
    isAdministrator,
    before,
    sharing,
    setSharing,
    save,
    refused,
    proposedColour,
    isSaving: saving.isPending,
  }
}

function named(form: ServerForm, isOwn: boolean, names: readonly string[]): ServerForm {
  return isOwn ? form : {...form, name: proposedName(understand(form.address, form.kind), names)}
}

function without({fields, whole}: FormFaults, gone: readonly FormField[]): FormFaults {
  return {
    whole,
    fields: Object.fromEntries(Object.entries(fields).filter(([name]) => !gone.includes(name as FormField))),
  }
}

function missingIn({address, name}: ServerForm): FormFaults['fields'] | null {
  if (address.trim() === '') return {address: text('server.form.address.missing')}
  return name.trim() === '' ? {name: text('server.form.name.missing')} : null
}

/** The server is there already: what it cannot be shared with is told, and does not undo it. */
async function share(server: ServerDefinition, sharing: Sharing): Promise<void> {
  if (sharing.everyone === null && sharing.users.length === 0) return
  try {
    await shareServer(server.id, sharing)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    toast({text: text('server.share.failed', {name: server.name, why: error.message}), tone: 'bad'})
  }
}

/** Takes the focus to the first field with a mistake. */
export function useFocusOnFault({
  refused,
  faults,
}: {
  readonly refused: number
  readonly faults: {readonly fields: object}
}): React.RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (refused === 0) return
    const wrong = [...(form.current?.querySelectorAll<HTMLElement>('[data-field]') ?? [])].find(
      ({dataset}) => (dataset['field'] ?? '') in faults.fields,
    )
    wrong?.querySelector<HTMLElement>('input, textarea, button')?.focus()
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once for each refusal
  }, [refused])
  return form
}

export interface FormFaults<F extends string = FormField> {
  readonly fields: Readonly<Partial<Record<F, string>>>
  /** What is about no field; `null` = nothing. */
  readonly whole: string | null
}

/** Where each thing that the server did not accept is shown. */
export function faultsOf(error: Error): FormFaults {
  return faultsIn(error, fieldNamed)
}

/** The same for any form. @param named which of its fields the server speaks of; `null` = none of them */
export function faultsIn<F extends string>(error: Error, named: (field: string) => F | null): FormFaults<F> {
  const fields: Partial<Record<F, string>> = {}
  if (!(error instanceof Problem) || error.fields.length === 0) return {fields, whole: error.message}
  let isElsewhere = false
  for (const {field, accepted} of error.fields) {
    const name = named(field)
    if (name === null) isElsewhere = true
    else fields[name] ??= text('server.form.accepted', {accepted: listed(accepted)})
  }
  return {fields, whole: isElsewhere || Object.keys(fields).length === 0 ? error.message : null}
}

function listed(accepted: string | readonly string[]): string {
  return typeof accepted === 'string' ? accepted : accepted.join(', ')
}
