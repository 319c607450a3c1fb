import {ChevronRight} from 'lucide-react'
import {usePreference} from '../../api/preferences.ts'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'

/** The head of a section: folds it away, and says how much of what is chosen is folded. */
export function FoldButton({
  isFolded,
  onFold,
  name,
  selected = 0,
}: {
  isFolded: boolean
  onFold: (isFolded: boolean) => void
  name: string
  /** Chosen values that are folded away. */
  selected?: number
}) {
  return (
    <button
      type="button"
      aria-expanded={!isFolded}
      onClick={() => onFold(!isFolded)}
      className="group flex h-[26px] w-full items-center gap-1 rounded-m px-2 hover:text-text focus-visible:shadow-focus-in"
    >
      <span className="truncate">{name}</span>
      {selected > 0 && (
        <span className="num rounded-s bg-accent-soft px-1 text-accent-strong">{selected}</span>
      )}
      <Icon
        icon={ChevronRight}
        size={14}
        className={joined(
          'ml-auto transition-[rotate]',
          isFolded ? '' : 'rotate-90 opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100',
        )}
      />
    </button>
  )
}

/** Whether a section is folded, wherever this person looks. */
export function useFolded(section: string): readonly [isFolded: boolean, set: (isFolded: boolean) => void] {
  const [folded, change] = usePreference('facets.folded')
  const others = folded.filter((it) => it !== section)
  return [folded.includes(section), (isFolded) => change(isFolded ? [...others, section] : others)]
}
