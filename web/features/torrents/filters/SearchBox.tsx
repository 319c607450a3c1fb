import {Search, X} from 'lucide-react'
import {useId, useRef} from 'react'
import type {LiveView} from '../../../live/view.ts'
import {text} from '../../../i18n/text.ts'
import {panelClass} from '../../../ui/control-class.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {joined} from '../../../ui/joined.ts'
import {CompletionList} from './CompletionList.tsx'
import {MistakeNotes} from './MistakeNotes.tsx'
import {withRoom, withSuggestion, type Edited} from './query-draft.ts'
import {SearchHelp} from './SearchHelp.tsx'
import {SearchInput} from './SearchInput.tsx'
import {useCompletions} from './use-completions.ts'
import {useFoundWords} from './use-found-words.ts'
import {useQueryDraft} from './use-query-draft.ts'
import {useSearchCommands} from './use-search-commands.ts'

/** The query in one line: text that looks like tokens where it has fields. The list follows while one writes. */
export function SearchBox({view}: {view: LiveView}) {
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const draft = useQueryDraft(input)
  const completions = useCompletions(draft)
  useSearchCommands(input, draft, completions)
  useFoundWords(view, draft.cursor !== null)
  const {mistakes} = draft
  const isListed = completions.offers.length > 0
  const put = (edited: Edited) => {
    input.current?.focus()
    draft.put(edited)
  }
  const end = (written: string) => put({text: written, cursor: written.length})
  return (
    <search
      className="relative min-w-0 flex-1"
      onBlur={({currentTarget, relatedTarget}) => {
        if (!currentTarget.contains(relatedTarget)) completions.close()
      }}
    >
      <div
        className={joined(
          'flex h-[30px] items-center gap-1 rounded-m bg-sunken pr-1 pl-2.5 max-phone:h-[38px] pointer-coarse:h-11',
          'has-[input:focus-visible]:bg-surface has-[input:focus-visible]:shadow-[inset_0_0_0_1px_var(--accent),0_0_0_3px_var(--accent-soft)]',
        )}
      >
        <Icon icon={Search} size={14} className="text-text-3" />
        <SearchInput ref={input} id={id} view={view} draft={draft} completions={completions} />
        {draft.text !== '' && (
          <IconButton label={text('search.clear')} icon={X} size="small" onClick={() => end('')} />
        )}
        <SearchHelp onTry={(written) => end(`${withRoom(draft.text)}${written}`)} />
      </div>
      {(isListed || mistakes.length > 0) && (
        // A press in it must not take the focus out of the box.
        // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
        <div
          onPointerDown={(event) => event.preventDefault()}
          className={joined(
            panelClass,
            'absolute inset-x-0 top-full mt-1 max-w-[640px] divide-y divide-line overflow-hidden',
          )}
        >
          {mistakes.length > 0 && (
            <MistakeNotes
              id={`${id}-mistakes`}
              query={draft.text}
              mistakes={mistakes}
              isHeld={draft.isHeld}
              onMend={(mistake) => put(withSuggestion(draft.text, mistake))}
            />
          )}
          {isListed && <CompletionList id={`${id}-list`} completions={completions} />}
        </div>
      )}
    </search>
  )
}
