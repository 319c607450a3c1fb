import {useState} from 'react'
import {saveView} from '../../../api/views.ts'
import {useServers} from '../../../live/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {joined} from '../../../ui/joined.ts'
import {toast} from '../../../ui/toast.ts'
import {useTorrentsSearch} from '../use-torrents-search.ts'
import {layoutDrafts} from './list-layout.ts'
import {searchOf} from './saved-view.ts'
import {useViewState} from './use-view-state.ts'
import {viewLines} from './view-words.ts'
import {ViewForm} from './ViewForm.tsx'

/** Saves what the list shows now under a name, and says in words what that is. */
export function SaveViewDialog() {
  const {now, open} = useViewState()
  const [, change] = useTorrentsSearch()
  const [withLook, setWithLook] = useState(true)
  const servers = useServers()
  const nameOf = (id: string) => servers?.find((it) => it.server_id === id)?.server_name ?? id
  const definition = withLook ? now : {...now, columns: null, density: null}
  const save = async (name: string, icon: string) => {
    const saved = await saveView({name, icon, definition})
    if (open) layoutDrafts.drop(open.id)
    toast({text: text('view.saved', {name: saved.name}), tone: 'good'})
    change(searchOf(saved), {replace: true})
  }
  return (
    <ViewForm
      title={text('view.save.title')}
      name=""
      icon={open?.icon ?? 'star'}
      action={text('view.save.now')}
      save={save}
    >
      <section aria-label={text('view.save.in-it')} className="grid gap-2">
        <h3 className="text-12 font-medium text-text-2">{text('view.save.in-it')}</h3>
        <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1">
          {viewLines(definition, nameOf).map(({label, value, isQuery}) => (
            <div key={label} className="contents">
              <dt className="text-text-3">{label}</dt>
              <dd className={joined('wrap-anywhere', isQuery && 'font-mono text-12')}>{value}</dd>
            </div>
          ))}
        </dl>
        <Checkbox
          checked={withLook}
          onChange={setWithLook}
          label={text('view.save.look')}
          hint={text('view.save.look.hint')}
        />
      </section>
    </ViewForm>
  )
}
