/** Whether Commodarr only watches: where administrators have it do so, and let rules act again. */
import {useQuery} from '@tanstack/react-query'
import {Eye} from 'lucide-react'
import {useState} from 'react'
import {letRulesAct, moveInQuery, watchWithoutEnd, type MoveIn} from '../../api/move-in.ts'
import {queries} from '../../api/queries.ts'
import {rulesQuery, type Rule} from '../../api/rules.ts'
import {usePermission} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {Button} from '../../ui/Button.tsx'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'

/** The button alone; nothing for whoever may not press it, and until it is known. */
export function WatchOnlyButton() {
  const isAdministrator = usePermission('admin')
  const {data: moveIn} = useQuery({...moveInQuery, enabled: isAdministrator})
  const [isAsked, setAsked] = useState(false)
  if (!isAdministrator || moveIn === undefined || moveIn.observing?.is_open === true) return null
  const isWatching = moveIn.observing !== null
  const close = () => setAsked(false)
  return (
    <>
      <Button icon={Eye} onClick={() => setAsked(true)}>
        {text(isWatching ? 'watch.end' : 'watch.begin')}
      </Button>
      {isAsked && (isWatching ? <ActDialog onClose={close} /> : <WatchDialog onClose={close} />)}
    </>
  )
}

/** What the rules page and all settings say of it, beside the button. */
export function WatchOnlySetting() {
  const {data: moveIn} = useQuery(moveInQuery)
  if (moveIn === undefined || moveIn.observing?.is_open === true) return null
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <div className="min-w-0 flex-1 basis-60">
        <div className="font-medium">{text('watch.title')}</div>
        <p className="text-12 text-pretty text-text-2">
          {text(moveIn.observing === null ? 'watch.is.off' : 'watch.is.on')}
        </p>
      </div>
      <WatchOnlyButton />
    </div>
  )
}

async function changed(moveIn: MoveIn, words: 'watch.begun' | 'watch.ended'): Promise<void> {
  queries.setQueryData(moveInQuery.queryKey, moveIn)
  await queries.invalidateQueries({queryKey: rulesQuery.queryKey})
  toast({text: text(words), tone: 'good'})
}

function WatchDialog({onClose}: {onClose: () => void}) {
  return (
    <ConfirmDialog
      title={text('watch.begin.title')}
      says={text('watch.begin.says')}
      verb={text('watch.begin.do')}
      isHarmless
      work={async () => changed(await watchWithoutEnd(), 'watch.begun')}
      onClose={onClose}
    />
  )
}

/** Before rules act: which of them do then. */
function ActDialog({onClose}: {onClose: () => void}) {
  const {data: rules} = useQuery(rulesQuery)
  const of = (mode: Rule['mode']) => (rules ?? []).filter(({mode_then: then}) => then === mode)
  return (
    <ConfirmDialog
      title={text('watch.end.title')}
      says={text('watch.end.says')}
      verb={text('watch.end.do')}
      disabledReason={rules === undefined ? text('watch.end.wait') : undefined}
      work={async () => changed(await letRulesAct(null), 'watch.ended')}
      onClose={onClose}
    >
      {rules !== undefined && (
        <div className="grid gap-2.5">
          <Begins words={text('watch.end.live', {count: of('live').length})} rules={of('live')} />
          <Begins words={text('watch.end.ask', {count: of('ask').length})} rules={of('ask')} />
          {of('live').length + of('ask').length === 0 && <p>{text('watch.end.none')}</p>}
        </div>
      )}
    </ConfirmDialog>
  )
}

function Begins({words, rules}: {words: string; rules: readonly Rule[]}) {
  if (rules.length === 0) return null
  return (
    <div className="grid gap-1">
      <p className="font-medium">{words}</p>
      <ul className="max-h-40 list-disc overflow-y-auto pl-5 text-12 text-text-2">
        {rules.map(({id, name}) => (
          <li key={id} className="wrap-anywhere">
            {name}
          </li>
        ))}
      </ul>
    </div>
  )
}
