"""Two invented workspaces with talk in every state, for whoever looks at the product for the first time."""
