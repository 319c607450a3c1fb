import {useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {useEffect, useId, useRef, useState} from 'react'
import {arrsQuery, previewArr, type ArrDefinition, type ArrEffect} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {Button} from '../../../ui/Button.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Note} from '../../../ui/Note.tsx'
import {ShareFields} from '../../servers/dialogs/ShareFields.tsx'
import {FormEffect} from '../../servers/form/FormEffect.tsx'
import {useFocusOnFault} from '../../servers/form/use-server-form.ts'
import type {ArrField} from '../arr-dialogs.ts'
import {arrFormOf, arrPatchOf, type ArrForm} from './arr-form.ts'
import {ArrLookFields, ArrWayFields} from './ArrFields.tsx'
import {DiscoveryPanel} from './DiscoveryPanel.tsx'
import {useArrForm} from './use-arr-form.ts'
import {useDiscovery} from './use-discovery.ts'

/** Adds an Arr by address and key, or changes one that is there (`edited`). Asks it while somebody types. */
export function ArrDialog({
  edited = null,
  focus = 'address',
  onClose,
}: {
  edited?: ArrDefinition | null
  focus?: ArrField | undefined
  onClose: () => void
}) {
  const formId = useId()
  const navigate = useNavigate()
  const first = useRef<HTMLInputElement>(null)
  const {data: arrs = []} = useQuery(arrsQuery)
  const names = arrs.filter(({id}) => id !== edited?.id).map(({name}) => name)
  const state = useArrForm(edited, names, ({id, name, effect}) => {
    toast({text: savedWords(name, effect), tone: 'good'})
    onClose()
    // What it found is put right on its page.
    if (effect === null) void navigate({to: '/arrs/$id', params: {id}})
  })
  const before = edited && {id: edited.id, form: arrFormOf(edited)}
  const discovery = useDiscovery(state.form, before, state.take)
  const form = useFocusOnFault(state)
  const effect = useArrEffect(edited, state.form)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="l"
      title={edited ? text('server.form.edit', {name: edited.name}) : text('arr.form.add')}
      initialFocus={first}
      footer={
        <>
          <FormEffect
            effect={edited && effect && effectWords(effect, edited.name)}
            otherwise={text('arr.form.nothing')}
          />
          <Button onClick={onClose} className="max-phone:h-11 max-phone:flex-1">
            {text('server.cancel')}
          </Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            className="max-phone:h-11 max-phone:flex-1"
            waitsFor={state.isSaving ? text('server.form.saving') : undefined}
          >
            {text(edited ? 'server.form.save' : 'arrs.add')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        ref={form}
        noValidate
        autoComplete="off"
        className="grid grid-cols-[minmax(0,1fr)] gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          state.save()
        }}
      >
        {edited?.origin === 'file' && <Note>{text('arr.form.file')}</Note>}
        <ArrWayFields state={state} onLeave={discovery.leave} focus={focus} focusRef={first} />
        <ArrLookFields
          state={state}
          found={discovery.asked}
          isNew={edited === null}
          focus={focus}
          focusRef={first}
        />
        <DiscoveryPanel discovery={discovery} id={edited?.id ?? null} />
        {state.faults.whole !== null && (
          <Note tone="bad" isNews>
            {state.faults.whole}
          </Note>
        )}
        {!edited && <ShareFields of="arr" sharing={state.sharing} onChange={state.setSharing} isFolded />}
      </form>
    </Dialog>
  )
}

/** Of a form that was changed: its name is nothing that a manager reads. */
function effectWords(effect: ArrEffect, name: string): string {
  return text(`arr.settings.effect.${effect === 'restart' ? 'restart' : 'live'}`, {name})
}

function savedWords(name: string, effect: 'none' | 'live' | 'restart' | null): string {
  if (effect === null) return text('server.added', {name})
  return text(effect === 'restart' ? 'arr.saved.restart' : 'server.saved', {name})
}

const TYPING_MS = 500

/**
 * What saving would restart, a moment after the last key. `null` = nothing was changed, or it cannot be said yet: what
 * would be refused is told when it is saved.
 * @param edited `null` = it is new
 */
function useArrEffect(edited: ArrDefinition | null, form: ArrForm): ArrEffect | null {
  const patch = edited && JSON.stringify(arrPatchOf(arrFormOf(edited), form))
  const settled = useSettled(patch)
  const isDirty = patch !== null && patch !== '{}'
  const {data, error} = useQuery({
    queryKey: ['arr-effect', edited?.id, settled],
    queryFn: ({signal}) => previewArr(edited!.id, arrPatchOf(arrFormOf(edited!), form), signal),
    enabled: isDirty && settled === patch,
    retry: false,
    // A key may be in its name.
    gcTime: 0,
  })
  return isDirty && settled === patch && !error ? (data ?? null) : null
}

function useSettled(patch: string | null): string | null {
  const [settled, setSettled] = useState(patch)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(patch), TYPING_MS)
    return () => clearTimeout(timer)
  }, [patch])
  return settled
}
