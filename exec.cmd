@rem Scripts of package.json begin with "exec", so that a signal to npm reaches Node and not a shell. cmd.exe has none.
@%*
