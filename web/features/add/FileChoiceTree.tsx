import {useVirtualizer} from '@tanstack/react-virtual'
import {ChevronRight, File, Folder} from 'lucide-react'
import {useMemo, useRef} from 'react'
import type {TorrentContent} from '../../api/adding.ts'
import {text} from '../../i18n/text.ts'
import {Checkbox} from '../../ui/Checkbox.tsx'
import {bytes} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {MiddleText} from '../../ui/MiddleText.tsx'
import {Quantity} from '../../ui/Quantity.tsx'
import {usePhone} from '../../ui/use-media.ts'
import {prioritiesAt, sumUp, wanted, type TreeFigures} from '../details/files/file-figures.ts'
import {filesBelow, type FileTree} from '../details/files/file-tree.ts'
import {withPriority, type FileChoice} from './file-choice.ts'

const ROW = 28
const PHONE_ROW = 44

interface FileChoiceTreeProps {
  readonly tree: FileTree
  readonly content: TorrentContent
  readonly choice: FileChoice
  /** Numbers of the nodes in sight. */
  readonly shown: readonly number[]
  readonly matches: Uint8Array | null
  readonly folded: ReadonlySet<string>
  readonly onFold: (path: string, on: boolean) => void
  readonly onChange: (choice: FileChoice) => void
}

/** Files and folders with boxes; the rows in sight alone are drawn. */
export function FileChoiceTree(props: FileChoiceTreeProps) {
  const {tree, content, choice, shown} = props
  const scroller = useRef<HTMLDivElement>(null)
  const row = usePhone() ? PHONE_ROW : ROW
  const figures = useMemo(
    () => sumUp(tree, content.files, (place) => choice.get(place) ?? 'normal'),
    [tree, content, choice],
  )
  // It goes to no memoised component.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => row,
    overscan: 6,
  })
  return (
    <div
      ref={scroller}
      className="max-h-85 overflow-y-auto rounded-m border border-line-strong"
      style={{height: row * Math.min(shown.length, 12) + 2}}
    >
      <ul aria-label={text('add.chosen-files')} className="relative" style={{height: virtual.getTotalSize()}}>
        {virtual.getVirtualItems().map(({index, start}) => (
          <li
            key={tree.nodes[shown[index]!]!.path}
            className="absolute inset-x-0 border-b border-line"
            style={{height: row, transform: `translateY(${start}px)`}}
          >
            <Row {...props} at={shown[index]!} figures={figures} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Row({
  tree,
  choice,
  matches,
  folded,
  at,
  figures,
  onFold,
  onChange,
}: FileChoiceTreeProps & {at: number; figures: TreeFigures}) {
  const {path, name, depth, file} = tree.nodes[at]!
  const isFolder = file === -1
  const isIn = wanted(prioritiesAt(figures, at))
  const choose = (on: boolean) =>
    onChange(withPriority(choice, filesBelow(tree, [at], matches), on ? 'normal' : 'skip'))
  return (
    <div
      className={joined('flex h-full items-center gap-2 pr-2.5', isIn === false && 'text-text-3')}
      style={{paddingLeft: 10 + depth * 20}}
    >
      <Checkbox label={path} hideLabel checked={isIn} onChange={choose} />
      {isFolder ? (
        <button
          type="button"
          aria-expanded={!folded.has(path)}
          aria-label={text(folded.has(path) ? 'add.files.open' : 'add.files.fold', {name})}
          className="flex items-center gap-1 rounded-s focus-visible:shadow-focus pointer-coarse:min-h-11"
          onClick={() => onFold(path, !folded.has(path))}
        >
          <Icon
            icon={ChevronRight}
            size={14}
            className={joined('transition-transform', !folded.has(path) && 'rotate-90')}
          />
          <Icon icon={Folder} className="text-text-2" />
        </button>
      ) : (
        <Icon icon={File} className="text-text-3" />
      )}
      <MiddleText className="flex-1">{name}</MiddleText>
      {!isFolder && choice.get(file) === 'high' && (
        <span className="text-11 font-medium text-accent-strong">{text('add.files.is-first')}</span>
      )}
      <Quantity value={bytes(figures.size[at])} className="text-text-2" />
    </div>
  )
}
