/** What the menus of a saved view have in common: what else can become of it. */
import {House, ListChecks} from 'lucide-react'
import {setPreference, usePreference} from '../../../api/preferences.ts'
import type {AnyView} from '../../../api/views.ts'
import {text} from '../../../i18n/text.ts'
import type {MenuEntry} from '../../../ui/menu-entry.ts'
import {queryOf} from './saved-view.ts'

/** The view that the program opens with; `null` = it opens with none. */
export function useStartView(): string | null {
  const [start] = usePreference('start')
  const [view] = usePreference('start.view')
  return start === 'torrents' ? view : null
}

export function viewEntries(
  {id, definition}: AnyView,
  {
    mayManage,
    startsWith,
    makeRule,
  }: {
    readonly mayManage: boolean
    readonly startsWith: string | null
    readonly makeRule: (when: string) => void
  },
): readonly MenuEntry[] {
  const when = queryOf(definition)
  const isStart = startsWith === id
  return [
    ...(mayManage
      ? [
          {
            id: 'rule',
            label: text('view.make-rule'),
            icon: ListChecks,
            // A rule about every torrent is written on its page.
            ...(when === '' && {disabledReason: text('search.make-rule.nothing')}),
            onSelect: () => makeRule(when),
          },
        ]
      : []),
    {
      id: 'start',
      label: text('view.start'),
      icon: House,
      checked: isStart,
      onSelect: () => {
        setPreference('start', isStart ? 'overview' : 'torrents')
        setPreference('start.view', isStart ? null : id)
      },
    },
  ]
}
