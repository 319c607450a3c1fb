import {useMutation, useQuery} from '@tanstack/react-query'
import {ChevronRight, X} from 'lucide-react'
import {useState} from 'react'
import type {ShareLevel} from '#model/access.ts'
import {peopleQuery, type ServerDefinition, type Sharing} from '../../../api/servers.ts'
import {useSession} from '../../../api/session.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {Awaited, type Reading} from '../../../ui/Awaited.tsx'
import {toast} from '../../../lib/toast.ts'
import {Button} from '../../../ui/Button.tsx'
import {Combobox} from '../../../ui/Combobox.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Note} from '../../../ui/Note.tsx'
import {Select} from '../../../ui/Select.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'

/** Who sees something of somebody's own, and who may command it. */
export function SharingDialog({
  of,
  name,
  known,
  reading,
  save,
  onClose,
}: {
  of: SharedNoun
  name: string
  /** `undefined` = not read yet. */
  known: ServerDefinition['sharing'] | undefined
  /** By which that is read. */
  reading: Reading
  save: (sharing: Sharing) => Promise<void>
  onClose: () => void
}) {
  const [edited, setEdited] = useState<Sharing | null>(null)
  const sharing = edited ?? (known && sharingOf(known))
  const saving = useMutation({
    mutationFn: save,
    onSuccess: () => {
      toast({text: text('server.share.done', {name}), tone: 'good'})
      onClose()
    },
  })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={text('server.share.title', {name})}
      footer={
        <>
          <Button onClick={onClose}>{text('server.cancel')}</Button>
          <Button
            variant="primary"
            onClick={() => sharing && saving.mutate(sharing)}
            waitsFor={saving.isPending ? text('server.form.saving') : undefined}
          >
            {text('server.form.save')}
          </Button>
        </>
      }
    >
      {saving.error && (
        <Note tone="bad" isNews className="mb-3">
          {saving.error.message}
        </Note>
      )}
      <Awaited reading={reading} what={name} className="mb-3">
        <Skeleton height={32} />
      </Awaited>
      {sharing && <ShareFields of={of} sharing={sharing} onChange={setEdited} />}
    </Dialog>
  )
}

function sharingOf({everyone, users}: ServerDefinition['sharing']): Sharing {
  return {everyone, users: users.map(({user_id, level}) => ({user_id, level}))}
}

/** With whom something of somebody's own is shared: everyone, and single people. */
export function ShareFields({
  of = 'server',
  sharing,
  onChange,
  isFolded = false,
}: {
  of?: SharedNoun
  sharing: Sharing
  onChange: (sharing: Sharing) => void
  isFolded?: boolean
}) {
  if (!isFolded) return <Fields of={of} sharing={sharing} onChange={onChange} />
  return (
    <details className="group">
      <summary className="flex min-h-8 cursor-pointer list-none items-center gap-1.5 rounded-s font-medium text-text-2 hover:text-text focus-visible:shadow-focus pointer-coarse:min-h-11">
        <Icon icon={ChevronRight} size={14} className="group-open:rotate-90" />
        {text('server.share')}
        <span className="truncate font-normal text-text-3">{text('server.share.nobody')}</span>
      </summary>
      <div className="pt-3">
        <Fields of={of} sharing={sharing} onChange={onChange} />
      </div>
    </details>
  )
}

type SharedNoun = 'server' | 'arr'

const levels: readonly ShareLevel[] = ['view', 'control']
/** What each level opens. */
const levelWords: {readonly [N in SharedNoun]: {readonly [L in ShareLevel]: TextKey}} = {
  server: {view: 'server.share.level.view', control: 'server.share.level.control'},
  arr: {view: 'server.share.level.view', control: 'arr.share.level.control'},
}

function Fields({
  of,
  sharing,
  onChange,
}: {
  of: SharedNoun
  sharing: Sharing
  onChange: (sharing: Sharing) => void
}) {
  const me = useSession().visitor?.user_id
  const {data: people = []} = useQuery(peopleQuery)
  const {everyone, users} = sharing
  const names = new Map(people.map(({id, name}) => [id, name]))
  const left = people.filter(({id}) => id !== me && !users.some((user) => user.user_id === id))
  const setLevel = (id: string, level: ShareLevel) =>
    onChange({...sharing, users: users.map((user) => (user.user_id === id ? {...user, level} : user))})
  return (
    <div className="grid gap-3">
      <Row label={text('server.share.everyone')}>
        <Select
          label={text('server.share.everyone')}
          value={everyone ?? ''}
          onChange={(level) => onChange({...sharing, everyone: level === '' ? null : level})}
          options={[
            {value: '', label: text('server.share.not')},
            ...levels.map((level) => ({value: level, label: text(levelWords[of][level])})),
          ]}
        />
      </Row>
      {users.map(({user_id: id, level}) => (
        <Row key={id} label={names.get(id) ?? id}>
          <Select
            label={names.get(id) ?? id}
            value={level}
            onChange={(next) => setLevel(id, next)}
            options={levels.map((value) => ({value, label: text(levelWords[of][value])}))}
          />
          <IconButton
            icon={X}
            label={text('server.share.remove', {name: names.get(id) ?? id})}
            onClick={() => onChange({...sharing, users: users.filter((user) => user.user_id !== id)})}
          />
        </Row>
      ))}
      {left.length > 0 && (
        <Combobox
          label={text('server.share.add')}
          placeholder={text('server.share.add')}
          value={null}
          onChange={(id: string) => onChange({...sharing, users: [...users, {user_id: id, level: 'view'}]})}
          options={left.map(({id, name}) => ({value: id, label: name}))}
        />
      )}
      <p className="text-12 text-pretty text-text-3">
        {text(of === 'server' ? 'server.share.hint' : 'arr.share.hint')}
      </p>
    </div>
  )
}

function Row({label, children}: {label: string; children: React.ReactNode}) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,250px)] items-center gap-3">
      <span className="truncate">{label}</span>
      <span className="flex items-center gap-1">{children}</span>
    </div>
  )
}
