import {useId, useState} from 'react'
import {useNavigate} from '@tanstack/react-router'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {Kbd} from '../../ui/Kbd.tsx'
import {toast} from '../../ui/toast.ts'
import {counted} from '../actions/counted.ts'
import {closeOverlay, type Brought} from '../shell/overlays.ts'
import {standardOptions, type AddOptions, type StartMode} from './add-options.ts'
import {addedWords} from './added-words.ts'
import {AddForm} from './AddForm.tsx'
import {AddResults} from './AddResults.tsx'
import type {FileChoice} from './file-choice.ts'
import {leftOut} from './file-choice.ts'
import {sendable, sizeOfItems} from './items.ts'
import {isWell, repeatable, type Task} from './sending.ts'
import {useItems} from './use-items.ts'
import {useSending} from './use-sending.ts'
import {useTargets} from './use-targets.ts'

/** What, where, which files, how; then what became of it on each server. Closes by itself when all went well. */
export function AddDialog({brought}: {brought: Brought}) {
  const id = useId()
  const items = useItems(brought)
  const [choices, setChoices] = useState<ReadonlyMap<string, FileChoice>>(new Map())
  const [options, setOptions] = useState<AddOptions>(standardOptions)
  const size = sizeOfItems(items.list, new Map([...choices].map(([item, choice]) => [item, leftOut(choice)])))
  const targets = useTargets(items.list, size.bytes)
  const sending = useSending()
  const finish = useFinish(
    targets.list.map(({server}) => server),
    options.start,
  )
  const ready = sendable(items.list)
  const send = async () => {
    const serverIds = targets.chosen.map(({server}) => server.server_id)
    finish(await sending.send({items: items.list, serverIds, options, choices}))
  }
  const failed = repeatable(sending.tasks ?? []).length
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && closeOverlay()}
      title={ready.length === 0 ? text('add.title') : counted('add.title.of', ready.length)}
      description={sending.tasks === null ? text('add.more') : undefined}
      size="xl"
      footer={
        sending.tasks === null ? (
          <AddButtons
            form={id}
            torrents={ready.length}
            servers={targets.chosen.map(({server}) => server.server_name)}
          />
        ) : (
          <>
            {failed > 0 && !sending.isBusy && (
              <Button onClick={() => void sending.retry().then(finish)}>
                {counted('result.retry', failed)}
              </Button>
            )}
            <Button
              variant="primary"
              waitsFor={sending.isBusy ? text('add.sending') : undefined}
              onClick={closeOverlay}
            >
              {text('add.close')}
            </Button>
          </>
        )
      }
    >
      {sending.tasks === null ? (
        <form
          id={id}
          onSubmit={(event) => {
            event.preventDefault()
            if (ready.length > 0 && targets.chosen.length > 0) void send()
          }}
        >
          <AddForm {...{items, targets, size, options, setOptions, choices, setChoices}} />
        </form>
      ) : (
        <AddResults tasks={sending.tasks} targets={targets.list} />
      )}
    </Dialog>
  )
}

function AddButtons({form, torrents, servers}: {form: string; torrents: number; servers: readonly string[]}) {
  const [server] = servers
  const where =
    servers.length === 1 ? text('add.button.one', {name: server!}) : counted('add.button', servers.length)
  const reason = torrents === 0 ? text('add.nothing') : servers.length === 0 ? text('add.nowhere') : undefined
  return (
    <>
      {reason === undefined && (
        <span className="mr-auto text-12 text-text-2 max-phone:hidden">
          <b className="font-medium text-text">{counted('add.sum', torrents)}</b>
          {servers.length > 1 && ` ${counted('add.per-server', servers.length)}`}
        </span>
      )}
      <Button onClick={closeOverlay} className="max-phone:h-11 max-phone:flex-1">
        {text('action.cancel')}
      </Button>
      <Button
        type="submit"
        form={form}
        variant="primary"
        disabledReason={reason}
        className="max-phone:h-11 max-phone:flex-1"
      >
        {servers.length === 0 ? text('add.button.none') : where}
        {reason === undefined && (
          <Kbd
            keys="Ctrl Enter"
            className="ml-2 max-phone:hidden [&_kbd]:border-on-accent/40 [&_kbd]:bg-transparent [&_kbd]:text-inherit"
          />
        )}
      </Button>
    </>
  )
}

/** All went well: the dialog goes, a toast says where it is. */
function useFinish(
  servers: readonly {readonly server_id: string; readonly server_name: string}[],
  start: StartMode,
) {
  const navigate = useNavigate()
  return (tasks: readonly Task[]) => {
    if (!tasks.every(isWell)) return
    closeOverlay()
    const names = [...new Set(tasks.map(({serverId}) => serverId))].map(
      (id) => servers.find((it) => it.server_id === id)?.server_name ?? id,
    )
    const [first] = tasks
    const hash = first?.sent?.hash
    const show = () =>
      void navigate({to: '/torrents', search: (before) => ({...before, at: `${first!.serverId}~${hash}`})})
    toast({
      tone: 'good',
      text: addedWords(tasks, names.join(', '), start),
      ...(hash && {action: {label: text('add.show'), run: show}}),
    })
  }
}
