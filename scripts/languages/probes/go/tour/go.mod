module example.com/bytez/tour

go 1.23
