import {ListFilterPlus, Search, X} from 'lucide-react'
import type {RefObject} from 'react'
import {useCommands} from '../../shell/commands.ts'
import {withRoom} from './query-draft.ts'
import {addFilter, type Completions} from './use-completions.ts'
import type {QueryDraft} from './use-query-draft.ts'

/** `/` writes on, `F` offers fields, `Shift F` clears. */
export function useSearchCommands(
  input: RefObject<HTMLInputElement | null>,
  draft: QueryDraft,
  completions: Completions,
): void {
  const focus = () => input.current?.focus()
  useCommands([
    {
      ...{id: 'search', group: 'find', label: 'search.focus', icon: Search, keys: ['/', 'Shift+/']},
      run: () => {
        const text = withRoom(draft.text)
        focus()
        draft.put({text, cursor: text.length})
      },
    },
    {
      ...{id: 'search add', group: 'find', label: 'search.add-filter', icon: ListFilterPlus, keys: ['f']},
      run: () => {
        focus()
        addFilter(draft, completions)
      },
    },
    {
      ...{id: 'search clear', group: 'find', label: 'search.clear', icon: X, keys: ['Shift+F']},
      run: () => draft.put({text: '', cursor: 0}),
    },
  ])
}
