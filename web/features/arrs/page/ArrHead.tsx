import {useMutation} from '@tanstack/react-query'
import {Ellipsis, Pencil, RefreshCw, Rss, Zap} from 'lucide-react'
import {actOnArr, type Arr} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {useNow} from '../../../live/clock.ts'
import {Button} from '../../../ui/Button.tsx'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {ago, written} from '../../../ui/format.ts'
import {IconButton} from '../../../ui/IconButton.tsx'
import type {MenuEntry} from '../../../ui/menu-entry.ts'
import {Note} from '../../../ui/Note.tsx'
import {PageHead} from '../../../ui/PageHead.tsx'
import {useCommands} from '../../commands/commands.ts'
import {FileMark} from '../../servers/list/FileMark.tsx'
import {openArrDialog} from '../arr-dialogs.ts'
import {arrKindName} from '../arr-health.ts'
import {ArrHealthBadge, ArrTestLine, useArrTest} from '../ArrState.tsx'
import {useArrMenu} from '../use-arr-menu.ts'
import {ArrTrouble} from './ArrTrouble.tsx'

/** Its name, how it does, and what can be done with it. */
export function ArrHead({arr}: {arr: Arr}) {
  const test = useArrTest(arr.id)
  const {access} = arr
  const telling = useTelling(arr)
  const entries: readonly MenuEntry[] = [...telling, ...useArrMenu(arr, test.run)]
  return (
    <div className="[&>header]:mb-0">
      <PageHead
        title={arr.name}
        note={
          <span className="flex flex-wrap items-center gap-2">
            <ArrHealthBadge arr={arr} />
            {arr.origin === 'file' && <FileMark />}
            <Facts arr={arr} />
          </span>
        }
        actions={
          <>
            {access !== 'view' && (
              <Button icon={Zap} onClick={test.run}>
                {text('arr.do.test')}
              </Button>
            )}
            {access === 'own' && (
              <Button icon={Pencil} onClick={() => openArrDialog({name: 'edit', id: arr.id})}>
                {text('arr.do.edit')}
              </Button>
            )}
            <DropdownMenu
              label={arr.name}
              align="end"
              entries={entries.filter((entry) => !('id' in entry) || entry.id !== 'open')}
              trigger={<IconButton icon={Ellipsis} label={text('arr.menu', {name: arr.name})} />}
            />
          </>
        }
      />
      <ArrTrouble arr={arr} className="mt-3" />
      {arr.webhook?.state === 'failed' && (
        <Note tone="warn" className="mt-3">
          {text('arr.webhook.fault', {fault: arr.webhook.fault ?? ''})}
        </Note>
      )}
      <ArrTestLine test={test} className="mt-3" />
    </div>
  )
}

/** "Radarr 5.14.0 · category films · calls Commodarr · read 3 s ago". */
function Facts({arr: {kind, category, manager, webhook}}: {arr: Arr}) {
  const now = useNow(10_000)
  const readAt = manager?.read_at ?? null
  return (
    <span className="text-12">
      {[
        `${arrKindName(kind)} ${manager?.version ?? ''}`.trim(),
        category === '' ? '' : text('arr.category', {category}),
        // Where it is not asked to, there is nothing to say.
        webhook === undefined ? '' : text(`arr.webhook.${webhook.state}`),
        readAt === null
          ? ''
          : text(manager?.is_behind ? 'arr.read.behind' : 'arr.read', {ago: written(ago(readAt, now))}),
      ]
        .filter((it) => it !== '')
        .join(' · ')}
    </span>
  )
}

/** What its manager can have it do, offered in the menu, the palette and by keys. */
function useTelling({id, name, access, manager}: Arr): readonly MenuEntry[] {
  const telling = useMutation({
    mutationFn: (action: 'refresh' | 'rss_sync') => actOnArr(id, {action}),
    onSuccess: (_, action) => toast({text: text(`arr.do.${action}.done`, {name}), tone: 'good'}),
    onError: (error) => toast({text: error.message, tone: 'bad'}),
  })
  const reason = manager === null ? text('arr.unread.resting', {name}) : null
  const may = access !== 'view'
  useCommands(
    may
      ? [
          {
            id: 'arr refresh',
            group: 'act',
            label: 'arr.do.refresh',
            icon: RefreshCw,
            keys: ['r'],
            reason: () => reason,
            run: () => telling.mutate('refresh'),
          },
          {
            id: 'arr rss',
            group: 'act',
            label: 'arr.do.rss_sync',
            icon: Rss,
            keys: [],
            reason: () => reason,
            run: () => telling.mutate('rss_sync'),
          },
        ]
      : [],
  )
  if (!may) return []
  const off = reason === null ? {} : {disabledReason: reason}
  return [
    {
      id: 'refresh',
      label: text('arr.do.refresh'),
      icon: RefreshCw,
      ...off,
      onSelect: () => telling.mutate('refresh'),
    },
    {
      id: 'rss',
      label: text('arr.do.rss_sync'),
      icon: Rss,
      ...off,
      onSelect: () => telling.mutate('rss_sync'),
    },
    {separator: true},
  ]
}
