"""The contract server as the runner sees it. Imported only by what needs a server: nothing here costs a comparison anything."""
